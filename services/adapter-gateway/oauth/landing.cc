#include "services/adapter-gateway/oauth/landing.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "libs/common/errors.h"
#include "libs/crypto/random.h"
#include "libs/http/url.h"
#include "libs/json/text.h"
#include "libs/rpc/run_main.h"

namespace callimport::adapter_gateway {
namespace {

using credential_manager::v1::OAuthAttempt;

bool IsOrigin(const std::string& text) {
  const auto url = http::ParseUrl(text);
  return url.ok() && url->path.size() <= 1 && !text.ends_with('/') &&
         text.find_first_of("?#\"<>\\ ") == std::string::npos;
}

bool IsPath(const std::string& text) {
  return text.starts_with('/') && !text.starts_with("//") && text.find('\\') == std::string::npos;
}

template <typename List>
bool Contains(const List& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

std::string ErrorOf(const v1::OAuthOutcome& outcome) {
  return outcome.state() == v1::OAuthOutcome::STATE_CONNECTED ? "" : outcome.reason();
}

std::map<std::string, std::string> Headers(const std::string& content_policy) {
  return {{"Content-Security-Policy", content_policy},
          {"Referrer-Policy", "no-referrer"},
          {"X-Content-Type-Options", "nosniff"},
          {"X-Frame-Options", "DENY"}};
}

std::string Html(const std::string& title, const std::string& body) {
  return "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>" +
         http::EscapeHtml(title) + "</title><h1>" + http::EscapeHtml(title) + "</h1>" + body +
         "</html>\n";
}

// What is quoted stands inside a script: no "</script>" may come of it.
std::string InScript(const std::string& text) {
  std::string quoted = json::Quote(text);
  for (size_t at; (at = quoted.find('<')) != std::string::npos;) quoted.replace(at, 1, "\\u003c");
  return quoted;
}

http::ServedAnswer PopUp(const OAuthAttempt& attempt, const v1::OAuthOutcome& outcome) {
  const std::string nonce = absl::WebSafeBase64Escape(crypto::RandomBytes(16));
  const std::string message = R"({"type":"callimport-oauth","platform":)" +
                              InScript(attempt.platform()) + R"(,"credential_id":)" +
                              InScript(outcome.credential_id()) + R"(,"error":)" +
                              InScript(ErrorOf(outcome)) + "}";
  const std::string script = "<script nonce=\"" + nonce +
                             "\">if(window.opener)window.opener.postMessage(" + message + "," +
                             InScript(attempt.landing_target()) + ");window.close();</script>";
  return {.status = 200,
          .content_type = "text/html; charset=utf-8",
          .headers = Headers("default-src 'none'; script-src 'nonce-" + nonce + "'"),
          .body = Html("You can close this window", script)};
}

http::ServedAnswer Redirect(const std::string& base, const OAuthAttempt& attempt,
                            const v1::OAuthOutcome& outcome) {
  const std::string& path = attempt.landing_target();
  const std::string error = ErrorOf(outcome);
  const std::string what = error.empty()
                               ? "credential_id=" + http::EscapeQuery(outcome.credential_id())
                               : "error=" + http::EscapeQuery(error);
  return {.status = 303,
          .headers = {
              {"Location", base + path + (path.find('?') == std::string::npos ? "?" : "&") + what},
              {"Referrer-Policy", "no-referrer"}}};
}

}  // namespace

absl::Status OAuthLandings::Check() const {
  if (!config_.return_base().empty() && !IsOrigin(config_.return_base())) {
    return rpc::ConfigError("oauth_return.return_base", "must be like https://app.example");
  }
  for (const std::string& origin : config_.opener_origins()) {
    if (!IsOrigin(origin)) {
      return rpc::ConfigError("oauth_return.opener_origins", "must be like https://app.example");
    }
  }
  for (const std::string& path : config_.return_paths()) {
    if (!IsPath(path)) return rpc::ConfigError("oauth_return.return_paths", "must begin with '/'");
  }
  return absl::OkStatus();
}

absl::Status OAuthLandings::CheckAllowed(const v1::BeginOAuthRequest& request) const {
  return RequestCheck()
      .Require(
          request.return_path().empty() || Contains(config_.return_paths(), request.return_path()),
          "return_path", "is not allowed")
      .Require(!request.has_opener_origin() ||
                   Contains(config_.opener_origins(), request.opener_origin()),
               "opener_origin", "is not allowed")
      .Verdict();
}

http::ServedAnswer OAuthLandings::Answer(const OAuthAttempt& attempt,
                                         const v1::OAuthOutcome& outcome) const {
  if (attempt.landing() == OAuthAttempt::LANDING_POP_UP) return PopUp(attempt, outcome);
  if (!attempt.landing_target().empty()) {
    return Redirect(config_.return_base(), attempt, outcome);
  }
  if (outcome.state() == v1::OAuthOutcome::STATE_CONNECTED) {
    return Page(200, "Connected", "You can close this window.");
  }
  return Page(200, "Not connected", outcome.message());
}

http::ServedAnswer Page(int status, const std::string& title, const std::string& text) {
  return {.status = status,
          .content_type = "text/html; charset=utf-8",
          .headers = Headers("default-src 'none'"),
          .body = Html(title, "<p>" + http::EscapeHtml(text) + "</p>")};
}

}  // namespace callimport::adapter_gateway
