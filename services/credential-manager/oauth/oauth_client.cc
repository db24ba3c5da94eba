#include "services/credential-manager/oauth/oauth_client.h"

#include <string.h>

#include "absl/strings/escaping.h"
#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/http/retry_after.h"
#include "libs/http/url.h"
#include "services/credential-manager/oauth/token_answer.h"

namespace callimport::credential_manager {
namespace {

using std::chrono::milliseconds;

constexpr http::Deadlines kDeadlines{
    .connect = milliseconds(4'000), .idle = milliseconds(8'000), .total = milliseconds(8'000)};
constexpr int64_t kMaxAnswerBytes = 64 << 10;

void Wipe(std::string& text) { explicit_bzero(text.data(), text.size()); }

const char* ParameterOf(GrantKind grant) {
  switch (grant) {
    case GrantKind::kAuthorizationCode:
      return "authorization_code";
    case GrantKind::kClientCredentials:
      return "client_credentials";
    case GrantKind::kAccountCredentials:
      return "account_credentials";
    case GrantKind::kJwtBearer:
      return "urn:ietf:params:oauth:grant-type:jwt-bearer";
  }
  return "";
}

Secret FieldOf(const std::string& name, const SecretFields& secrets, const Fields& fields) {
  const auto secret = secrets.find(name);
  if (secret != secrets.end()) return secret->second;
  const auto field = fields.find(name);
  return field == fields.end() ? Secret() : Secret(field->second);
}

absl::Status ClientMissing(const OAuthProvider& provider) {
  return Error(absl::StatusCode::kFailedPrecondition, "OAUTH_NOT_CONFIGURED",
               "we have no client id for " + provider.display_name);
}

// The customer's own app, if there is one among the fields.
absl::StatusOr<OAuthClientKey> ClientOf(const OAuthProvider& provider, const SecretFields& secrets,
                                        const Fields& fields) {
  const Secret id = FieldOf("client_id", secrets, fields);
  if (!id.empty()) return OAuthClientKey{id.Reveal(), FieldOf("client_secret", secrets, fields)};
  if (!provider.client) return ClientMissing(provider);
  return *provider.client;
}

// libcurl refuses some addresses, and never sends anything then.
bool WasNeverSent(const absl::Status& status) {
  const std::string reason = ReasonOf(status);
  return reason == "CONNECTION_FAILED" || reason == "ADDRESS_NOT_PUBLIC" ||
         reason == "ADDRESS_INVALID";
}

absl::Status OfTransport(const OAuthProvider& provider, const absl::Status& status) {
  // A connection that breaks after the request is a failed one to libcurl as well.
  if (WasNeverSent(status) && ReasonOf(status) != "CONNECTION_FAILED") {
    return Error(absl::StatusCode::kUnavailable, "VENDOR_UNREACHABLE",
                 provider.display_name + "'s token endpoint may not be asked from here");
  }
  return Error(absl::StatusCode::kUnavailable, "OUTCOME_UNKNOWN",
               provider.display_name + "'s token endpoint gave no complete answer");
}

absl::Status Refusal(const OAuthProvider& provider, const http::Response& response, Timestamp now) {
  const std::string code = ErrorCodeOf(response.body);
  const std::string what = provider.display_name + "'s token endpoint answered " +
                           std::to_string(response.status) +
                           (code.empty() ? "" : " (" + code + ")");
  if (response.status >= 500 && response.status != 503) {
    return Error(absl::StatusCode::kUnavailable, "OUTCOME_UNKNOWN", what);
  }
  if (response.status == 429 || response.status == 503) {
    const absl::Status error = Error(absl::StatusCode::kUnavailable, "VENDOR_ERROR", what);
    const auto delay = http::RetryAfterOf(response, now);
    return delay ? WithRetryDelay(error, *delay) : error;
  }
  if (code == "invalid_client" || code == "unauthorized_client") {
    return Error(absl::StatusCode::kFailedPrecondition, "OAUTH_CLIENT_REFUSED",
                 what + ": it does not know our client id and secret");
  }
  // A redirect is no answer of a token endpoint, and is not followed with secrets in hand.
  if (response.status < 400) return Error(absl::StatusCode::kUnavailable, "VENDOR_ERROR", what);
  return Error(absl::StatusCode::kFailedPrecondition, "OAUTH_REFUSED", what);
}

std::string Encode(const std::map<std::string, Secret>& form) {
  std::string body;
  for (const auto& [name, value] : form) {
    std::string escaped = http::EscapeQuery(value.Reveal());
    body += (body.empty() ? "" : "&") + name + "=" + escaped;
    Wipe(escaped);
  }
  return body;
}

// RFC 6749, section 2.3.1: both are form-encoded first.
std::string BasicHeader(const OAuthClientKey& client) {
  std::string both =
      http::EscapeQuery(client.client_id) + ":" + http::EscapeQuery(client.client_secret.Reveal());
  std::string header = "Basic " + absl::Base64Escape(both);
  Wipe(both);
  return header;
}

}  // namespace

bool IsOutcomeUnknown(const absl::Status& status) {
  const std::string reason = ReasonOf(status);
  return reason == "OUTCOME_UNKNOWN" || reason == "TOKEN_ANSWER_UNREADABLE";
}

absl::StatusOr<http::Response> OAuthClient::Post(const OAuthProvider& provider,
                                                 const std::string& url,
                                                 const OAuthClientKey& client, Form form) {
  http::Request request{.method = "POST",
                        .url = url,
                        .headers = {{"Accept", "application/json"},
                                    {"Content-Type", "application/x-www-form-urlencoded"}},
                        .deadlines = kDeadlines,
                        .max_body_bytes = kMaxAnswerBytes,
                        .public_addresses_only = !provider.local,
                        .once = true};
  const bool basic =
      provider.terms.client_auth() == callimport::common::v1::OAuthTerms::CLIENT_AUTH_BASIC &&
      !client.client_secret.empty();
  if (basic) request.headers["Authorization"] = BasicHeader(client);
  if (!basic || provider.terms.client_id_in_form()) form["client_id"] = Secret(client.client_id);
  if (!basic && !client.client_secret.empty()) form["client_secret"] = client.client_secret;
  request.body = Encode(form);
  auto response = http_.Send(request);
  Wipe(request.body);
  if (basic) Wipe(request.headers["Authorization"]);
  return response;
}

absl::StatusOr<Tokens> OAuthClient::Ask(const OAuthProvider& provider, const OAuthClientKey& client,
                                        Form form) {
  auto response = Post(provider, provider.terms.token_url(), client, std::move(form));
  if (!response.ok()) return OfTransport(provider, response.status());
  if (response->status != 200) return Refusal(provider, *response, clock_.Now());
  return ParseTokenAnswer(std::move(response->body), provider.terms.base_url_field(), clock_.Now());
}

absl::StatusOr<Tokens> OAuthClient::ExchangeCode(const OAuthProvider& provider, const Secret& code,
                                                 const std::string& redirect_uri,
                                                 const Secret& verifier) {
  if (!provider.client) return ClientMissing(provider);
  Form form{{"grant_type", Secret("authorization_code")},
            {"code", code},
            {"redirect_uri", Secret(redirect_uri)}};
  if (!verifier.empty()) form["code_verifier"] = verifier;
  return Ask(provider, *provider.client, std::move(form));
}

absl::StatusOr<Tokens> OAuthClient::Renew(const OAuthProvider& provider, GrantKind grant,
                                          const SecretFields& secrets,
                                          const Fields& public_fields) {
  const auto refresh = secrets.find(kRefreshToken);
  if (refresh == secrets.end()) return Request(provider, grant, secrets, public_fields);
  ASSIGN_OR_RETURN(const OAuthClientKey client, ClientOf(provider, secrets, public_fields));
  return Ask(provider, client,
             {{"grant_type", Secret("refresh_token")}, {"refresh_token", refresh->second}});
}

absl::StatusOr<Tokens> OAuthClient::Request(const OAuthProvider& provider, GrantKind grant,
                                            const SecretFields& secrets,
                                            const Fields& public_fields) {
  const auto* terms = provider.Grant(grant);
  if (terms == nullptr || grant == GrantKind::kAuthorizationCode) {
    return Error(absl::StatusCode::kFailedPrecondition, "OAUTH_REFUSED",
                 "there is nothing to ask " + provider.display_name + " with; connect again");
  }
  ASSIGN_OR_RETURN(const OAuthClientKey client, ClientOf(provider, secrets, public_fields));
  Form form{{"grant_type", Secret(ParameterOf(grant))}};
  for (const auto& [parameter, field] : terms->form()) {
    form[parameter] = FieldOf(field, secrets, public_fields);
  }
  return Ask(provider, client, std::move(form));
}

absl::StatusOr<bool> OAuthClient::Revoke(const OAuthProvider& provider, const SecretFields& secrets,
                                         const Fields& public_fields) {
  auto token = secrets.find(kRefreshToken);
  if (token == secrets.end()) token = secrets.find(kAccessToken);
  if (provider.terms.revocation_url().empty() || token == secrets.end()) return false;
  ASSIGN_OR_RETURN(const OAuthClientKey client, ClientOf(provider, secrets, public_fields));
  const auto response =
      Post(provider, provider.terms.revocation_url(), client, {{"token", token->second}});
  if (!response.ok()) return OfTransport(provider, response.status());
  if (response->status >= 300) return Refusal(provider, *response, clock_.Now());
  return true;
}

}  // namespace callimport::credential_manager
