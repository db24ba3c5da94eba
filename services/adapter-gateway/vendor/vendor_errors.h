// What an answer of a vendor means to those who asked us.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "libs/json/document.h"

namespace callimport::adapter_gateway {

enum class Verdict {
  kAnswer,    // what was asked for
  kSlowDown,  // 429: wait, then ask again
  kTryAgain,  // the vendor's trouble, may pass
  kRefused,   // asking again would not help
};

Verdict JudgeStatus(int http_status);

// UNAVAILABLE (VENDOR_ERROR): 5xx, or an answer that cannot be read.
absl::Status VendorError(const std::string& platform, const std::string& what);

// What an error of libs/http means: UNAVAILABLE (VENDOR_UNREACHABLE, VENDOR_ERROR) where another
// try may help; FAILED_PRECONDITION (ADDRESS_REFUSED) and CANCELLED where not.
absl::Status OfTransport(const std::string& platform, const absl::Status& error);

// FAILED_PRECONDITION: INVALID_KEY for 401, MISSING_PERMISSION for 403, else VENDOR_REFUSED.
// `words`: the vendor's own, for people.
absl::Status VendorRefused(const std::string& platform, int http_status, const std::string& words);

// The vendor's own sentence, where an answer has one at a usual place.
std::string WordsOf(const json::Document& answer);

// Whether the vendor does not know the key any more.
bool IsInvalidKey(const absl::Status& status);

}  // namespace callimport::adapter_gateway
