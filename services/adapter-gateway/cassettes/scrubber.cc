#include "services/adapter-gateway/cassettes/scrubber.h"

#include <strings.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/crypto/base64.h"
#include "libs/crypto/digest.h"
#include "libs/http/http_server.h"
#include "libs/http/url.h"
#include "libs/json/document.h"
#include "libs/telemetry/log.h"

namespace callimport::adapter_gateway {
namespace {

constexpr char kHidden[] = "[redacted]";
// Shorter ones would tear holes into any text, and are no secrets.
constexpr size_t kShortest = 4;

// What says who asks, or would let somebody else ask.
constexpr std::array kSecretHeaders = {"authorization", "proxy-authorization", "cookie",
                                       "set-cookie",    "x-api-key",           "api-key"};

bool IsSecretHeader(const std::string& name) {
  return std::any_of(kSecretHeaders.begin(), kSecretHeaders.end(),
                     [&](const char* secret) { return strcasecmp(name.c_str(), secret) == 0; });
}

bool IsJson(const std::string& text) { return json::Document::Parse(text).ok(); }

std::string QueryOf(const std::string& url) {
  const size_t begin = url.find('?');
  return begin == std::string::npos ? "" : url.substr(begin + 1);
}

// Whether the redactor takes this parameter for a secret. The token of a page opens nothing, and
// may be any number.
bool IsSecretParameter(const std::string& name) {
  if (name.find("page") != std::string::npos || name.find("Page") != std::string::npos)
    return false;
  return log::Redact(absl::StrCat("?", name, "=value")) != absl::StrCat("?", name, "=value");
}

// "calls[3].metaData.id": "id".
std::string NameOf(const json::Value& value) {
  std::string path = value.Path();
  path.resize(std::min(path.size(), path.find_last_not_of("[]0123456789") + 1));
  return path.substr(path.rfind('.') + 1);
}

// A JSON text in which every value is looked at on its own, so that it stays one.
class JsonRedactor {
 public:
  JsonRedactor(const std::string& body, const json::Document& document)
      : text_(document.root().raw()) {
    const size_t begin = std::min(body.find(text_), body.size());
    out_ = body.substr(0, begin);
    Walk(document.root());
    out_.append(text_.substr(copied_));
    out_.append(body, begin + text_.size());
  }
  std::string Result() && { return std::move(out_); }

 private:
  void Walk(const json::Value& value) {
    if (value.kind() == json::Kind::kArray || value.kind() == json::Kind::kObject) {
      for (const json::Value& child : value.Children()) Walk(child);
      return;
    }
    const bool number = value.kind() == json::Kind::kNumber;
    if (!number && value.kind() != json::Kind::kString) return;
    const std::string raw(value.raw());
    if (IsSecretParameter(NameOf(value))) return Replace(value, absl::StrCat("\"", kHidden, "\""));
    if (!number) Replace(value, log::Redact(raw));
  }
  void Replace(const json::Value& value, const std::string& by) {
    const auto begin = static_cast<size_t>(value.raw().data() - text_.data());
    out_.append(text_.substr(copied_, begin - copied_));
    out_ += by;
    copied_ = begin + value.raw().size();
  }

  const std::string_view text_;
  std::string out_;
  size_t copied_ = 0;
};

void ReplaceAll(std::string& text, const std::string& what) {
  for (size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += sizeof(kHidden) - 1) {
    text.replace(at, what.size(), kHidden);
  }
}

}  // namespace

std::string Scrubber::ScrubUrl(const std::string& url) {
  const size_t query = url.find('?');
  if (query == std::string::npos) return url;
  std::string scrubbed = url.substr(0, query);
  char before = '?';
  for (const auto& piece : absl::StrSplit(url.substr(query + 1), '&')) {
    const std::string part(piece);
    const std::string name = part.substr(0, part.find('='));
    absl::StrAppend(&scrubbed, std::string(1, before),
                    IsSecretParameter(name) ? absl::StrCat(name, "=", kHidden) : part);
    before = '&';
  }
  return scrubbed;
}

std::string Scrubber::ScrubBody(const std::string& body) {
  const auto document = json::Document::Parse(body);
  return document.ok() ? JsonRedactor(body, *document).Result() : body;
}

void Scrubber::Learn(const http::Request& request) {
  const auto add = [&](const std::string& secret) {
    if (secret.size() < kShortest) return;
    secrets_.insert(
        {secret, http::EscapeQuery(secret), crypto::ToBase64(secret), crypto::ToHex(secret)});
  };
  for (const auto& [name, value] : request.headers) {
    if (!IsSecretHeader(name)) continue;
    add(value);
    const std::string credentials = value.substr(value.find(' ') + 1);
    add(credentials);
    // "user:password" of HTTP basic authentication.
    const auto pair = crypto::FromBase64(credentials);
    if (!pair || pair->find(':') == std::string::npos) continue;
    add(*pair);
    add(pair->substr(0, pair->find(':')));
    add(pair->substr(pair->find(':') + 1));
  }
  for (const auto& [name, value] : http::ParseQuery(QueryOf(request.url))) {
    if (IsSecretParameter(name)) add(value);
  }
}

// The longest first, as some are part of others.
std::string Scrubber::Hide(std::string text) const {
  std::vector<std::string> secrets(secrets_.begin(), secrets_.end());
  std::sort(secrets.begin(), secrets.end(),
            [](const auto& a, const auto& b) { return a.size() > b.size(); });
  for (const std::string& secret : secrets) ReplaceAll(text, secret);
  return text;
}

bool Scrubber::Sings(const std::string& text) const {
  return std::any_of(secrets_.begin(), secrets_.end(), [&](const std::string& secret) {
    return text.find(secret) != std::string::npos;
  });
}

std::optional<Exchange> Scrubber::Scrub(const http::Request& request,
                                        const absl::StatusOr<http::Response>& answer) {
  std::lock_guard lock(mutex_);
  Learn(request);
  const auto clean = [&](const std::string& text) { return Hide(log::Redact(text)); };
  Exchange exchange{.method = request.method,
                    .url = Hide(ScrubUrl(request.url)),
                    .request = Hide(ScrubBody(request.body))};
  if (!answer.ok()) exchange.answer = answer.status();
  if (answer.ok()) {
    http::Response response = *answer;
    for (auto& [name, value] : response.headers) {
      value = IsSecretHeader(name) ? kHidden : clean(value);
    }
    // What is no JSON is a recording or a page, of which nobody reads more than what we told.
    const bool was_json = IsJson(response.body);
    response.body = Hide(ScrubBody(response.body));
    if (was_json && !IsJson(response.body)) return std::nullopt;
    response.content_length = static_cast<int64_t>(response.body.size());
    exchange.answer = std::move(response);
  }
  // Whatever the rules above have missed: the line as it would stand there, and the body in it.
  if (Sings(ToLine(exchange)) || (exchange.answer.ok() && Sings(exchange.answer->body))) {
    return std::nullopt;
  }
  return exchange;
}

}  // namespace callimport::adapter_gateway
