#include "tests/e2e/canaries.h"

#include "libs/crypto/base64.h"
#include "libs/crypto/digest.h"

namespace callimport::e2e {
namespace {

const std::vector<std::string>& Canaries() {
  static const std::vector<std::string> canaries = {kAccessKey,   kAccessSecret, kOtherSecret,
                                                    kUrlPassword, kDsnPassword,  kBearer};
  return canaries;
}

// As it is, in hexadecimal digits, and inside of base64 wherever it may begin there.
std::vector<std::string> FormsOf(const std::string& canary) {
  std::vector<std::string> forms = {canary, crypto::ToHex(canary)};
  for (const char* before : {"", "x", "xx"}) {
    std::string text = crypto::ToBase64(before + canary);
    text = text.substr(4);                             // mixed with what stands before
    forms.push_back(text.substr(0, text.size() - 4));  // and behind
  }
  return forms;
}

}  // namespace

std::vector<std::string> FoundIn(const std::string& text) {
  std::vector<std::string> found;
  for (const std::string& canary : Canaries()) {
    for (const std::string& form : FormsOf(canary)) {
      const size_t place = text.find(form);
      if (place == std::string::npos) continue;
      const size_t from = place < 200 ? 0 : place - 200;
      found.push_back(canary + " in: " + text.substr(from, 400));
      break;
    }
  }
  return found;
}

}  // namespace callimport::e2e
