#include "services/credential-manager/sealing/transit.h"

#include <algorithm>
#include <utility>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/crypto/base64.h"
#include "libs/json/object.h"
#include "services/credential-manager/sealing/key_file.h"

namespace callimport::credential_manager {
namespace {

constexpr int64_t kMaxAnswerBytes = 64 << 10;

absl::Status Unreachable(const std::string& reason) {
  return Error(absl::StatusCode::kUnavailable, "KEY_SOURCE_UNREACHABLE",
               "the key service cannot be asked: " + reason);
}

absl::Status Broken() {
  return Error(absl::StatusCode::kDataLoss, "SEAL_BROKEN", "a sealed text does not open");
}

absl::Status Unknown(const TransitKey& key) {
  return Error(absl::StatusCode::kFailedPrecondition, "KEY_UNKNOWN",
               "the key service does not wrap with version " + std::to_string(key.version) +
                   " of " + key.name);
}

// A JSON string; nothing in it needs an escape: base64, or what starts with "vault:v".
std::string Member(const std::string& name, const std::string& value) {
  return "\"" + name + "\":\"" + value + "\"";
}

std::string PrefixOf(const TransitKey& key) {
  return "vault:v" + std::to_string(key.version) + ":";
}

bool IsPlain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '+' || c == '/' || c == '=' || c == ':';
  });
}

// data.<name> of an answer.
absl::StatusOr<std::string> AnswerOf(const http::Response& response, const char* name) {
  const auto document = json::Document::Parse(response.body);
  if (!document.ok()) return Unreachable("it answers no JSON");
  json::Faults faults;
  std::string text = json::Object(document->root(), faults).Child("data").Text(name);
  if (text.empty() || !faults.status().ok()) return Unreachable("its answer lacks data");
  return text;
}

}  // namespace

Transit::Transit(http::HttpClient& http, TransitSettings settings)
    : http_(http), settings_(std::move(settings)) {}

absl::StatusOr<http::Response> Transit::Post(const std::string& operation, const TransitKey& key,
                                             const std::string& body) const {
  const auto token = ReadPrivateFile("transit.token_file", settings_.token_file);
  if (!token.ok()) return Unreachable(std::string(token.status().message()));
  const std::string& line = token->Reveal();
  auto response = http_.Send(
      {.method = "POST",
       .url = settings_.address + "/v1/" + settings_.mount + "/" + operation + "/" + key.name,
       .headers = {{"X-Vault-Token", line.substr(0, line.find_first_of("\r\n"))},
                   {"X-Vault-Request", "true"},
                   {"Content-Type", "application/json"}},
       .body = body,
       .deadlines = {.connect = std::min<std::chrono::milliseconds>(std::chrono::milliseconds(1000),
                                                                    settings_.patience),
                     .idle = settings_.patience,
                     .total = settings_.patience},
       .max_body_bytes = kMaxAnswerBytes});
  if (!response.ok()) return Unreachable(ReasonOf(response.status()));
  // 400 is the verdict on the request; everything else says that it could not be judged.
  if (response->status != 200 && response->status != 400) {
    return Unreachable("it answers " + std::to_string(response->status));
  }
  return response;
}

absl::StatusOr<std::string> Transit::Wrap(const TransitKey& key, const Secret& data_key,
                                          std::string_view context) const {
  ASSIGN_OR_RETURN(const http::Response response,
                   Post("encrypt", key,
                        "{" + Member("plaintext", crypto::ToBase64(data_key.Reveal())) + "," +
                            Member("associated_data", crypto::ToBase64(context)) +
                            ",\"key_version\":" + std::to_string(key.version) + "}"));
  if (response.status != 200) return Unknown(key);
  ASSIGN_OR_RETURN(std::string wrapped, AnswerOf(response, "ciphertext"));
  // Else the proof of a rotation would speak of another version than the one that was used.
  if (!wrapped.starts_with(PrefixOf(key)) || !IsPlain(wrapped)) return Unknown(key);
  return wrapped;
}

absl::StatusOr<Secret> Transit::Unwrap(const TransitKey& key, std::string_view wrapped,
                                       std::string_view context) const {
  if (!wrapped.starts_with(PrefixOf(key)) || !IsPlain(wrapped)) return Broken();
  ASSIGN_OR_RETURN(const http::Response response,
                   Post("decrypt", key,
                        "{" + Member("ciphertext", std::string(wrapped)) + "," +
                            Member("associated_data", crypto::ToBase64(context)) + "}"));
  if (response.status != 200) return Broken();
  ASSIGN_OR_RETURN(const std::string text, AnswerOf(response, "plaintext"));
  auto data_key = crypto::FromBase64(text);
  if (!data_key) return Broken();
  return Secret(*std::move(data_key));
}

}  // namespace callimport::credential_manager
