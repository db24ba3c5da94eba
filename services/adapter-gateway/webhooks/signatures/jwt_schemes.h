// Deliveries that vendors sign as JSON Web Tokens. The scheme decides the algorithm; what a token
// says about it is only compared.
#pragma once

#include "services/adapter-gateway/webhooks/signatures/signature_scheme.h"

namespace callimport::adapter_gateway {

// The body is a token, signed with HS256; its payload is the event. Dialpad.
SignatureFinding CheckTokenBody(const SignatureQuestion& question);

// The Authorization header is a token signed with RS256, whose claims hold our address and the
// digest of the body. The secret is the public key as the vendor's page shows it: Base64 of DER,
// or PEM. Gong.
SignatureFinding CheckAuthorizationToken(const SignatureQuestion& question);

// Whether it is a public key that CheckAuthorizationToken can use.
bool IsPublicKeyText(const Secret& text);

}  // namespace callimport::adapter_gateway
