#include "tests/fake_vendors/oauth/oauth_vendor.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <array>
#include <utility>

#include "tests/fake_vendors/digest.h"
#include "tests/fake_vendors/http/request_parser.h"
#include "tests/fake_vendors/json_writer.h"

namespace callimport::fake_vendors {
namespace {

HttpResponse Refusal(int status, const std::string& error) {
  JsonWriter json;
  json.BeginObject().Field("error", error).Field("error_description", "as the fake sees it");
  return JsonResponse(status, json.EndObject().Take());
}

std::map<std::string, std::string> FormOf(const std::string& body) {
  std::map<std::string, std::string> form;
  for (size_t at = 0; at < body.size();) {
    const size_t end = std::min(body.find('&', at), body.size());
    const std::string pair = body.substr(at, end - at);
    const size_t equals = std::min(pair.find('='), pair.size());
    form[PercentDecoded(pair.substr(0, equals))] =
        equals < pair.size() ? PercentDecoded(pair.substr(equals + 1)) : "";
    at = end + 1;
  }
  return form;
}

std::string ChallengeOf(const std::string& verifier) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> hash;
  SHA256(reinterpret_cast<const unsigned char*>(verifier.data()), verifier.size(), hash.data());
  std::array<unsigned char, 48> text;
  const int length = EVP_EncodeBlock(text.data(), hash.data(), hash.size());
  std::string challenge(reinterpret_cast<const char*>(text.data()), static_cast<size_t>(length));
  for (char& c : challenge) c = c == '+' ? '-' : c == '/' ? '_' : c;
  while (challenge.ends_with('=')) challenge.pop_back();
  return challenge;
}

std::string Escaped(std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string escaped;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte)) {
      escaped += c;
    } else {
      escaped += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return escaped;
}

std::string ValueOf(const std::map<std::string, std::string>& form, const std::string& name) {
  const auto found = form.find(name);
  return found == form.end() ? "" : found->second;
}

std::string PortOf(const HttpRequest& request) {
  const std::string host(request.Header("host"));
  return host.substr(std::min(host.rfind(':'), host.size()));
}

}  // namespace

OAuthWays GongOAuth() {
  return {.vendor = "gong",
          .access_life = std::chrono::hours(24),
          .scopes =
              "api:calls:read:basic api:calls:read:extensive api:calls:read:media-url "
              "api:calls:read:transcript api:workspaces:read",
          .base_url_field = "api_base_url_for_customer",
          .base_url = "http://localhost"};
}

OAuthWays RingCentralOAuth() {
  return {.vendor = "ringcentral",
          .scopes = "ReadCallLog ReadCallRecording ReadAccounts",
          .reuse_revokes = true,
          .one_access_token = true,
          .pkce = true,
          .machine_grant = "urn:ietf:params:oauth:grant-type:jwt-bearer",
          .machine_parameter = "assertion",
          .machine_value = "fake-jwt"};
}

OAuthWays ZoomOAuth() {
  return {.vendor = "zoom_phone",
          .scopes = "phone:read:list_call_recordings:admin phone:read:call_recording:admin",
          .pkce = true,
          .machine_grant = "account_credentials",
          .machine_parameter = "account_id",
          .machine_value = "fake-account",
          .base_url_field = "api_url",
          .base_url = "http://127.0.0.1"};
}

OAuthVendor::OAuthVendor(OAuthWays ways, const Clock& clock, Stats& stats)
    : ways_(std::move(ways)),
      prefix_("/oauth/" + ways_.vendor + "/"),
      clock_(clock),
      stats_(stats),
      access_life_(ways_.access_life),
      scopes_(ways_.scopes) {}

void OAuthVendor::Handle(const HttpRequest& request, Respond respond) {
  const std::string endpoint = request.path.substr(prefix_.size());
  const auto in_flight = stats_.Begin("oauth/" + ways_.vendor + "/" + endpoint);
  HttpResponse response = Refusal(404, "not_found");
  if (request.method == "GET" && endpoint == "authorize") response = Authorize(request);
  if (request.method == "POST" && endpoint == "token") response = Token(request);
  if (request.method == "POST" && endpoint == "revoke") response = Revoke(request);
  stats_.Answered("oauth/" + ways_.vendor + "/" + endpoint, response.status, response.body.size());
  respond(std::move(response));
}

HttpResponse OAuthVendor::Authorize(const HttpRequest& request) {
  std::lock_guard lock(mutex_);
  if (request.Query("client_id") != ways_.client_id || request.Query("response_type") != "code") {
    return Refusal(400, "invalid_request");
  }
  const std::string redirect_uri(request.Query("redirect_uri"));
  std::string back = redirect_uri + (redirect_uri.find('?') == std::string::npos ? "?" : "&") +
                     "state=" + Escaped(request.Query("state"));
  if (deny_) {
    back += "&error=access_denied";
  } else {
    const std::string code = NewToken("code");
    codes_[code] = {redirect_uri, std::string(request.Query("code_challenge")), false};
    back += "&code=" + code;
  }
  HttpResponse response;
  response.status = 302;
  response.headers.emplace_back("Location", back);
  return response;
}

std::string OAuthVendor::Approve() {
  std::lock_guard lock(mutex_);
  const std::string code = NewToken("code");
  codes_[code] = {};
  return code;
}

bool OAuthVendor::KnowsClient(const HttpRequest& request) const {
  const std::string_view header = request.Header("authorization");
  return header.starts_with("Basic ") &&
         Base64Decoded(header.substr(6)) == ways_.client_id + ":" + ways_.client_secret;
}

HttpResponse OAuthVendor::Token(const HttpRequest& request) {
  std::function<void()> hook;
  {
    std::lock_guard lock(mutex_);
    ++token_requests_;
    hook = hook_;
  }
  if (hook) hook();
  std::lock_guard lock(mutex_);
  if (fail_times_ > 0) {
    --fail_times_;
    HttpResponse failed = Refusal(fail_status_ == 0 ? 500 : fail_status_, "server_error");
    failed.delivery.reset = fail_status_ == 0;
    return failed;
  }
  if (!KnowsClient(request)) return Refusal(401, "invalid_client");
  const Form form = FormOf(request.body);
  const std::string grant = ValueOf(form, "grant_type");
  if (grant == "authorization_code") return ByCode(request, form);
  if (grant == "refresh_token") return ByRefreshToken(request, form);
  if (!grant.empty() && grant == ways_.machine_grant) return ByMachine(request, form);
  return Refusal(400, "unsupported_grant_type");
}

HttpResponse OAuthVendor::ByCode(const HttpRequest& request, const Form& form) {
  const auto code = codes_.find(ValueOf(form, "code"));
  if (code == codes_.end() || code->second.used) return Refusal(400, "invalid_grant");
  code->second.used = true;
  const Code& issued = code->second;
  if (!issued.redirect_uri.empty() && issued.redirect_uri != ValueOf(form, "redirect_uri")) {
    return Refusal(400, "invalid_grant");
  }
  if (ways_.pkce && !issued.challenge.empty() &&
      ChallengeOf(ValueOf(form, "code_verifier")) != issued.challenge) {
    return Refusal(400, "invalid_grant");
  }
  return Answer(request, grants_.emplace_back(), true);
}

HttpResponse OAuthVendor::ByRefreshToken(const HttpRequest& request, const Form& form) {
  ++refreshes_;
  const std::string shown = ValueOf(form, "refresh_token");
  for (Grant& grant : grants_) {
    if (grant.revoked) continue;
    if (grant.dead_refresh_tokens.contains(shown)) {
      grant.revoked = ways_.reuse_revokes;
      return Refusal(400, "invalid_grant");
    }
    if (grant.refresh_token != shown || shown.empty()) continue;
    return Answer(request, grant, ways_.rotates);
  }
  return Refusal(400, "invalid_grant");
}

HttpResponse OAuthVendor::ByMachine(const HttpRequest& request, const Form& form) {
  if (ValueOf(form, ways_.machine_parameter) != ways_.machine_value) {
    return Refusal(400, "invalid_grant");
  }
  return Answer(request, grants_.emplace_back(), false);
}

HttpResponse OAuthVendor::Answer(const HttpRequest& request, Grant& grant,
                                 bool with_refresh_token) {
  const std::string access = NewToken("access");
  if (ways_.one_access_token) grant.access_tokens.clear();
  grant.access_tokens[access] = clock_.Now() + access_life_;
  JsonWriter json;
  json.BeginObject().Field("access_token", access).Field("token_type", "bearer");
  json.Field("expires_in", std::chrono::ceil<std::chrono::seconds>(access_life_).count());
  json.Field("scope", scopes_);
  if (with_refresh_token) {
    if (!grant.refresh_token.empty()) grant.dead_refresh_tokens.insert(grant.refresh_token);
    grant.refresh_token = NewToken("refresh");
    json.Field("refresh_token", grant.refresh_token);
  }
  if (!ways_.base_url_field.empty()) {
    json.Field(ways_.base_url_field, ways_.base_url + PortOf(request));
  }
  return JsonResponse(200, json.EndObject().Take());
}

HttpResponse OAuthVendor::Revoke(const HttpRequest& request) {
  std::lock_guard lock(mutex_);
  if (!KnowsClient(request)) return Refusal(401, "invalid_client");
  const std::string token = ValueOf(FormOf(request.body), "token");
  for (Grant& grant : grants_) {
    if (grant.refresh_token == token || grant.access_tokens.contains(token)) grant.revoked = true;
  }
  return JsonResponse(200, "{}");
}

bool OAuthVendor::Accepts(const std::string& access_token) const {
  std::lock_guard lock(mutex_);
  for (const Grant& grant : grants_) {
    const auto token = grant.access_tokens.find(access_token);
    if (token != grant.access_tokens.end()) return !grant.revoked && clock_.Now() < token->second;
  }
  return false;
}

void OAuthVendor::SetAccessLife(std::chrono::milliseconds life) {
  std::lock_guard lock(mutex_);
  access_life_ = life;
}

void OAuthVendor::SetScopes(const std::string& scopes) {
  std::lock_guard lock(mutex_);
  scopes_ = scopes;
}

void OAuthVendor::Deny(bool deny) {
  std::lock_guard lock(mutex_);
  deny_ = deny;
}

void OAuthVendor::FailNext(int times, int status) {
  std::lock_guard lock(mutex_);
  fail_times_ = times;
  fail_status_ = status;
}

void OAuthVendor::OnTokenRequest(std::function<void()> hook) {
  std::lock_guard lock(mutex_);
  hook_ = std::move(hook);
}

void OAuthVendor::RevokeAll() {
  std::lock_guard lock(mutex_);
  for (Grant& grant : grants_) grant.revoked = true;
}

int OAuthVendor::token_requests() const {
  std::lock_guard lock(mutex_);
  return token_requests_;
}

int OAuthVendor::refreshes() const {
  std::lock_guard lock(mutex_);
  return refreshes_;
}

// Told apart from real ones at a glance, and by a search through logs.
std::string OAuthVendor::NewToken(const std::string& kind) {
  return "fake-" + ways_.vendor + "-" + kind + "-" + std::to_string(++made_);
}

}  // namespace callimport::fake_vendors
