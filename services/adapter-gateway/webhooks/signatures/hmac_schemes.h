// Signatures by HMAC-SHA-256 with a shared secret.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "services/adapter-gateway/webhooks/signatures/signature_scheme.h"

namespace callimport::adapter_gateway {

// X-Hub-Signature(-256): "sha256=HEX" over the body; Fireflies. No time is signed.
SignatureFinding CheckHubSignature(const SignatureQuestion& question);

// webhook-id, webhook-timestamp, webhook-signature (or svix-…): "v1,BASE64 v1,BASE64" over
// "id.timestamp.body", by the bytes that "whsec_BASE64" stands for; Standard Webhooks as OpenPhone
// and Fathom use them.
SignatureFinding CheckStandardWebhook(const SignatureQuestion& question);

// openphone-signature: "hmac;1;MILLISECONDS;BASE64", several behind commas, over
// "milliseconds.body", by the bytes that the secret stands for in Base64.
SignatureFinding CheckOpenPhoneSignature(const SignatureQuestion& question);

// x-zm-signature: "v0=HEX" over "v0:timestamp:body".
SignatureFinding CheckZoomSignature(const SignatureQuestion& question);

// A moment written as digits, counted in `unit`. Nothing for anything else, and beyond the year
// 2200.
std::optional<Timestamp> ParseEpoch(std::string_view text, std::chrono::milliseconds unit);

}  // namespace callimport::adapter_gateway
