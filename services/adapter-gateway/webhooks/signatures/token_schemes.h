// Deliveries that show a shared secret itself, and sign nothing: what they say is a hint, and must
// be looked up.
#pragma once

#include "services/adapter-gateway/webhooks/signatures/signature_scheme.h"

namespace callimport::adapter_gateway {

// Verification-Token, or Validation-Token as one of the vendor's pages has it; RingCentral.
SignatureFinding CheckVerificationToken(const SignatureQuestion& question);

// The last part of the path behind the subscription, or ?token=…; Retreaver, Grain, and Gong's
// plainer way. The content is the body, or the query without the token where there is none.
SignatureFinding CheckSecretInAddress(const SignatureQuestion& question);

// What stands behind "/hooks/<platform>/<subscription>/"; else what ?token= says.
std::string SecretInAddress(const http::ServedRequest& request);

}  // namespace callimport::adapter_gateway
