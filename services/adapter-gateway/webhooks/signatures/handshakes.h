// What vendors ask an address before they send anything to it.
#pragma once

#include <optional>

#include "services/adapter-gateway/webhooks/signatures/signature_scheme.h"

namespace callimport::adapter_gateway {

// The answer; nothing where the request is no handshake.
using Handshake = std::optional<http::ServedAnswer> (*)(const SignatureQuestion& question);

// RingCentral: the Validation-Token comes back as it was. Whoever shows one of the secrets by it
// delivers something, and is not answered here.
std::optional<http::ServedAnswer> EchoValidationToken(const SignatureQuestion& question);

// Zoom: event "endpoint.url_validation" with a text to be signed by the newest secret. It is
// signed itself where the signature's headers are there.
std::optional<http::ServedAnswer> AnswerZoomChallenge(const SignatureQuestion& question);

}  // namespace callimport::adapter_gateway
