#include "libs/crypto/keyset.h"

#include <openssl/evp.h>

#include <algorithm>
#include <sstream>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/crypto/aead.h"

namespace callimport::crypto {
namespace {

// 32 bytes are 43 digits and one '='.
constexpr size_t kEncodedKeyLength = 44;

absl::Status Malformed(int line, const std::string& what) {
  return Error(absl::StatusCode::kInvalidArgument, "KEYS_MALFORMED",
               "line " + std::to_string(line) + ": " + what);
}

absl::StatusOr<Secret> DecodeKey(int line, const std::string& encoded) {
  std::string bytes(kEncodedKeyLength, '\0');
  // OpenSSL reads '=' as a zero wherever it stands, and passes over blanks at both ends.
  const bool decoded = encoded.size() == kEncodedKeyLength &&
                       encoded.find('=') == kEncodedKeyLength - 1 &&
                       EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                       reinterpret_cast<const unsigned char*>(encoded.data()),
                                       static_cast<int>(encoded.size())) == kKeyBytes + 1;
  if (!decoded) return Malformed(line, "the key must be 32 bytes in base64");
  bytes.resize(kKeyBytes);
  if (std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == 0; })) {
    return Malformed(line, "the key is all zeros");
  }
  return Secret(std::move(bytes));
}

absl::Status AddLine(int number, const std::string& line, Keyset& keyset) {
  const size_t colon = line.find(':');
  if (colon == std::string::npos || colon == 0) return Malformed(number, "must be id:key");
  const std::string id = line.substr(0, colon);
  ASSIGN_OR_RETURN(Secret key, DecodeKey(number, line.substr(colon + 1)));
  if (keyset.keys.empty()) keyset.primary_id = id;
  if (keyset.keys.try_emplace(id, std::move(key)).second) return absl::OkStatus();
  return Malformed(number, "the id " + id + " stands twice");
}

}  // namespace

absl::StatusOr<Keyset> ParseKeyset(const Secret& text) {
  Keyset keyset;
  std::istringstream lines(text.Reveal());
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.empty() || line.front() == '#') continue;
    RETURN_IF_ERROR(AddLine(number, line, keyset));
  }
  if (keyset.keys.empty()) return Malformed(number, "there is no key");
  return keyset;
}

}  // namespace callimport::crypto
