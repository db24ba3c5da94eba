// Whether a vendor has sent what came in: pure functions, one for each way in which vendors show
// it. What they compare, they compare in constant time, and on the bytes as they came.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "libs/common/clock.h"
#include "libs/common/secret.h"
#include "libs/http/http_server.h"

namespace callimport::adapter_gateway {

// How far the vendor's clock may be off, and how old a delivery may be, where its time is signed.
constexpr std::chrono::minutes kSignatureTolerance{5};

struct SigningSecret {
  std::string id = {};
  Secret text = {};
};

enum class SignatureVerdict { kGood, kBad, kTooOld };

struct SignatureFinding {
  SignatureVerdict verdict = SignatureVerdict::kBad;
  // For people; holds nothing of a secret or of the delivery.
  std::string note = {};
  // Which secret it was signed by.
  std::string secret_id = {};
  // What was signed, as text to be read.
  std::string content = {};
};

struct SignatureQuestion {
  const http::ServedRequest& request;
  // Any of them may have signed.
  const std::vector<SigningSecret>& secrets;
  Timestamp now;
  // The address that the vendor was told to send to.
  std::string url = {};
};

using SignatureScheme = SignatureFinding (*)(const SignatureQuestion& question);

inline SignatureFinding BadSignature(const std::string& note) {
  return {.verdict = SignatureVerdict::kBad, .note = note};
}

// "" where there is none; `name` in lower case.
std::string HeaderOf(const http::ServedRequest& request, const std::string& name);

}  // namespace callimport::adapter_gateway
