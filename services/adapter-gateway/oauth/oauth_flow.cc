#include "services/adapter-gateway/oauth/oauth_flow.h"

#include <algorithm>

#include "libs/common/errors.h"
#include "libs/common/ids.h"
#include "libs/common/proto_time.h"
#include "libs/common/status_macros.h"
#include "libs/telemetry/correlation.h"
#include "libs/telemetry/log.h"

namespace callimport::adapter_gateway {
namespace {

namespace vault_v1 = credential_manager::v1;

constexpr char kCallback[] = "/oauth/callback/";
// A browser waits for it.
constexpr auto kVendorPatience = std::chrono::seconds(20);

CredentialFields FieldsOf(const vault_v1::CompleteOAuthResponse& completed) {
  CredentialFields fields;
  for (const auto& [name, value] : completed.fields()) fields.emplace(name, Secret(value));
  return fields;
}

std::string Parameter(const http::ServedRequest& request, const std::string& name) {
  const auto found = request.query.find(name);
  return found == request.query.end() ? "" : found->second;
}

// The vendor's error code, cut down to what such a code may hold.
std::string ErrorCode(const http::ServedRequest& request) {
  std::string code = Parameter(request, "error").substr(0, 40);
  std::erase_if(code, [](char c) { return !(c == '_' || (c >= 'a' && c <= 'z')); });
  return code.empty() && !Parameter(request, "error").empty() ? "error" : code;
}

v1::OAuthOutcome Failure(const std::string& reason, const std::string& message) {
  v1::OAuthOutcome outcome;
  outcome.set_state(v1::OAuthOutcome::STATE_FAILED);
  outcome.set_reason(reason);
  outcome.set_message(message);
  return outcome;
}

void AddWarnings(const vault_v1::OAuthAttempt& attempt, v1::OAuthOutcome& outcome) {
  for (const vault_v1::MissingScope& missing : attempt.missing_scopes()) {
    outcome.add_warnings(missing.scope() + " was not granted. " + missing.disables());
  }
}

v1::OAuthOutcome OutcomeOf(const vault_v1::OAuthAttempt& attempt) {
  if (attempt.phase() == vault_v1::OAuthAttempt::PHASE_FAILED) {
    return Failure(attempt.failure_reason(), attempt.failure_text());
  }
  v1::OAuthOutcome outcome;
  outcome.set_state(v1::OAuthOutcome::STATE_WAITING);
  if (attempt.phase() != vault_v1::OAuthAttempt::PHASE_CONNECTED) return outcome;
  outcome.set_state(v1::OAuthOutcome::STATE_CONNECTED);
  outcome.set_credential_id(attempt.credential_id());
  AddWarnings(attempt, outcome);
  return outcome;
}

}  // namespace

absl::StatusOr<v1::BeginOAuthResponse> OAuthFlow::Begin(const v1::BeginOAuthRequest& request,
                                                        const common::v1::Actor& actor) {
  RETURN_IF_ERROR(landings_.CheckAllowed(request));
  const Platform* platform = platforms_.Find(request.platform());
  if (platform == nullptr || !platform->adapter) {
    return Error(absl::StatusCode::kFailedPrecondition, "PLATFORM_NOT_SUPPORTED",
                 "nothing can be imported from " + request.platform() + " yet");
  }
  vault_v1::BeginOAuthRequest begin;
  begin.set_workspace_id(request.workspace_id());
  begin.set_platform(platform->descriptor.platform());
  begin.set_account_ref(request.account_ref());
  begin.set_replace(request.replace());
  begin.set_redirect_uri(request.redirect_uri());
  begin.set_landing(request.has_opener_origin() ? vault_v1::OAuthAttempt::LANDING_POP_UP
                                                : vault_v1::OAuthAttempt::LANDING_REDIRECT);
  begin.set_landing_target(request.has_opener_origin() ? request.opener_origin()
                                                       : request.return_path());
  *begin.mutable_actor() = actor;
  ASSIGN_OR_RETURN(const auto begun, vault_.BeginOAuth(begin));
  v1::BeginOAuthResponse response;
  response.set_attempt_id(begun.attempt().attempt_id());
  response.set_authorization_url(begun.authorization_url());
  response.set_state(begun.state());
  *response.mutable_expire_time() = begun.attempt().expire_time();
  return response;
}

absl::StatusOr<OAuthFlow::Finished> OAuthFlow::Finish(
    const vault_v1::CompleteOAuthRequest& request) {
  ASSIGN_OR_RETURN(const auto completed, vault_.CompleteOAuth(request));
  Finished finished{completed.attempt(), OutcomeOf(completed.attempt())};
  if (completed.attempt().phase() != vault_v1::OAuthAttempt::PHASE_GRANTED) return finished;
  const auto profile = AskVendor(completed);
  const absl::StatusOr<std::string> kept =
      profile.ok() ? Keep(finished.attempt, *profile) : profile.status();
  if (!kept.ok()) {
    Drop(finished.attempt, kept.status());
    finished.outcome = Failure(ReasonOf(kept.status()), std::string(kept.status().message()));
    return finished;
  }
  finished.outcome.set_state(v1::OAuthOutcome::STATE_CONNECTED);
  finished.outcome.set_credential_id(*kept);
  AddWarnings(finished.attempt, finished.outcome);
  return finished;
}

absl::StatusOr<AccountProfile> OAuthFlow::AskVendor(
    const vault_v1::CompleteOAuthResponse& completed) {
  const Platform* platform = platforms_.Find(completed.attempt().platform());
  if (platform == nullptr) {
    return Error(absl::StatusCode::kFailedPrecondition, "PLATFORM_NOT_SUPPORTED",
                 "the platform is not in the catalog");
  }
  ASSIGN_OR_RETURN(const VendorAccount account, OpenAccount(*platform, FieldsOf(completed)));
  VendorSession session = account.Session(
      line_, Patience{.until = line_.clock.Now() + kVendorPatience, .cancelled = nullptr});
  return account.CheckAccess(session);
}

absl::StatusOr<std::string> OAuthFlow::Keep(const vault_v1::OAuthAttempt& attempt,
                                            const AccountProfile& profile) {
  vault_v1::KeepOAuthGrantRequest keep;
  keep.set_workspace_id(attempt.workspace_id());
  keep.set_attempt_id(attempt.attempt_id());
  keep.set_account_name(profile.name);
  keep.set_account_email(profile.email);
  ASSIGN_OR_RETURN(const auto kept, vault_.KeepOAuthGrant(keep));
  leases_.Drop(attempt.workspace_id(), kept.credential().credential_id());
  return kept.credential().credential_id();
}

void OAuthFlow::Drop(const vault_v1::OAuthAttempt& attempt, const absl::Status& why) {
  vault_v1::DropOAuthGrantRequest drop;
  drop.set_workspace_id(attempt.workspace_id());
  drop.set_attempt_id(attempt.attempt_id());
  drop.set_reason(ReasonOf(why));
  drop.set_text(std::string(why.message()).substr(0, 1'000));
  const absl::Status dropped = vault_.DropOAuthGrant(drop).status();
  // The vault drops what nobody keeps.
  if (!dropped.ok()) log::Warning("a grant could not be dropped", {{"status", dropped}});
}

absl::StatusOr<v1::OAuthOutcome> OAuthFlow::Outcome(const std::string& workspace_id,
                                                    const std::string& attempt_id) {
  vault_v1::GetOAuthAttemptRequest request;
  request.set_workspace_id(workspace_id);
  request.set_attempt_id(attempt_id);
  ASSIGN_OR_RETURN(const auto found, vault_.GetOAuthAttempt(request));
  return OutcomeOf(found.attempt());
}

http::ServedAnswer OAuthFlow::OnRequest(const http::ServedRequest& request) {
  const CorrelationScope scope(NewUuid());
  if (!request.path.starts_with(kCallback)) return Page(404, "Not found", "There is nothing here.");
  if (request.method != "GET") return Page(405, "Not possible", "Only GET is answered here.");
  vault_v1::CompleteOAuthRequest complete;
  complete.set_platform(request.path.substr(sizeof(kCallback) - 1));
  complete.set_state(Parameter(request, "state"));
  complete.set_code(Parameter(request, "code"));
  complete.set_error(ErrorCode(request));
  if (complete.state().empty()) {
    return Page(400, "Not connected", "This is no return from an approval.");
  }
  const auto finished = Finish(complete);
  if (finished.ok()) return landings_.Answer(finished->attempt, finished->outcome);
  log::Warning("a browser came back in vain", {{"status", finished.status()}});
  if (absl::IsUnavailable(finished.status()) || absl::IsDeadlineExceeded(finished.status())) {
    return Page(503, "Not connected", "Something is down here. Begin again in a while.");
  }
  return Page(400, "Not connected", std::string(finished.status().message()));
}

}  // namespace callimport::adapter_gateway
