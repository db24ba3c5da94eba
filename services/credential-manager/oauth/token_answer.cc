#include "services/credential-manager/oauth/token_answer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "libs/common/errors.h"
#include "libs/json/object.h"

namespace callimport::credential_manager {
namespace {

constexpr size_t kMaxTokenBytes = 12 << 10;
constexpr size_t kMaxScopes = 200;
// Ten years: no vendor means more, and nothing overflows.
constexpr int64_t kMaxLifeSeconds = 315'360'000;

absl::Status Unreadable(const std::string& why) {
  return Error(absl::StatusCode::kDataLoss, "TOKEN_ANSWER_UNREADABLE",
               "the token endpoint's answer " + why);
}

// As RFC 6750 allows them in a header; a line break would end the header it is sent in.
bool IsToken(const std::string& text) {
  return text.size() <= kMaxTokenBytes &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

bool IsCode(const std::string& text) {
  return !text.empty() && text.size() <= 40 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

// Separated by spaces, or by commas as some do.
std::vector<std::string> ScopesOf(const std::string& text) {
  return absl::StrSplit(text, absl::ByAnyChar(" ,"), absl::SkipEmpty());
}

}  // namespace

absl::StatusOr<Tokens> ParseTokenAnswer(std::string body, const std::string& base_url_field,
                                        Timestamp now) {
  const auto document = json::Document::Parse(std::move(body));
  if (!document.ok()) return Unreadable("is no JSON");
  json::Faults faults;
  const json::Object answer(document->root(), faults);
  const std::string type = answer.Text("token_type");
  Tokens tokens{.access_token = Secret(answer.Text("access_token")),
                .refresh_token = Secret(answer.Text("refresh_token")),
                .obtained_at = now,
                .expires_at = std::nullopt,
                .scopes = ScopesOf(answer.Text("scope")),
                .base_url = base_url_field.empty() ? "" : answer.Text(base_url_field)};
  const auto life = answer.Integer("expires_in");
  if (!faults.status().ok()) return Unreadable(std::string(faults.status().message()));
  if (tokens.access_token.empty()) return Unreadable("holds no access_token");
  if (!IsToken(tokens.access_token.Reveal()) || !IsToken(tokens.refresh_token.Reveal())) {
    return Unreadable("holds a token of impossible letters or length");
  }
  if (!type.empty() && !absl::EqualsIgnoreCase(type, "bearer")) {
    return Unreadable("is of an unknown token_type");
  }
  if (tokens.scopes.size() > kMaxScopes || tokens.base_url.size() > 2'048) {
    return Unreadable("is out of all proportion");
  }
  if (life && (*life <= 0 || *life > kMaxLifeSeconds)) return Unreadable("has no such expires_in");
  if (life) tokens.expires_at = now + std::chrono::seconds(*life);
  return tokens;
}

std::string ErrorCodeOf(std::string body) {
  const auto document = json::Document::Parse(std::move(body));
  if (!document.ok()) return "";
  for (const char* field : {"error", "errorCode", "reason"}) {
    const auto value = document->root().Find(field);
    const auto code = value ? value->Text() : std::nullopt;
    if (code && IsCode(*code)) return *code;
  }
  return "";
}

}  // namespace callimport::credential_manager
