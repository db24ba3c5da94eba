#include <thread>

#include "libs/common/errors.h"
#include "libs/common/ids.h"
#include "libs/common/proto_time.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/invoke.h"
#include "tools/callimport/commands.h"
#include "tools/callimport/dates.h"
#include "tools/callimport/platform_page.h"
#include "tools/callimport/secret_input.h"
#include "tools/callimport/text.h"

namespace callimport::cli {
namespace {

using adapter_gateway::v1::Connections;
using adapter_gateway::v1::OAuthConnections;
using adapter_gateway::v1::OAuthOutcome;
using common::v1::PlatformDescriptor;
using credential_manager::v1::Credential;
using credential_manager::v1::CredentialAdmin;
using credential_manager::v1::CredentialHealth;

// Vendors are asked meanwhile.
const rpc::InvokeOptions kVendor{.timeout = std::chrono::seconds(60), .attempts = 3};
const rpc::InvokeOptions kRead{.attempts = 3};

absl::StatusOr<adapter_gateway::v1::ListPlatformsResponse> ListPlatforms(Session& session) {
  ASSIGN_OR_RETURN(const auto stub, session.Connections());
  const adapter_gateway::v1::ListPlatformsRequest request;
  return rpc::Invoke(*stub, &Connections::Stub::ListPlatforms, request, kRead);
}

std::string FieldsOf(const PlatformDescriptor& platform) {
  std::string text;
  for (const auto& field : platform.credential_fields()) {
    text += (text.empty() ? "" : ", ") + field.name() + (field.secret() ? " (secret)" : "") +
            (field.required() ? "" : " (optional)");
  }
  return text;
}

absl::StatusOr<int> Platforms(Session& session, const Arguments& arguments) {
  ASSIGN_OR_RETURN(const auto response, ListPlatforms(session));
  if (arguments.Has("--page")) {
    session.out() << PlatformPage(response);
    return 0;
  }
  if (session.json()) {
    session.PrintJson(response);
    return 0;
  }
  std::vector<std::vector<std::string>> rows = {{"PLATFORM", "NAME", "STATUS", "FIELDS"}};
  for (const PlatformDescriptor& platform : response.platforms()) {
    rows.push_back({platform.platform(), platform.display_name(),
                    StateWords(PlatformDescriptor::Status_Name(platform.status()), "STATUS_"),
                    FieldsOf(platform)});
  }
  session.out() << Table(rows, 3, session.terminal().canvas().width);
  return 0;
}

absl::StatusOr<PlatformDescriptor> FindPlatform(Session& session, const std::string& name) {
  ASSIGN_OR_RETURN(const auto response, ListPlatforms(session));
  for (const PlatformDescriptor& platform : response.platforms()) {
    if (platform.platform() == name) return platform;
  }
  return UsageError("there is no platform " + name + "; callimport platforms lists them");
}

// "Acme Inc, dana@acme.example", as far as the vendor says.
template <typename Message>
std::string AccountWords(const Message& account) {
  const bool both = !account.account_name().empty() && !account.account_email().empty();
  return Fit(account.account_name() + (both ? ", " : "") + account.account_email(), 300);
}

void Print(Session& session, const adapter_gateway::v1::ConnectWithApiKeyResponse& connected,
           const PlatformDescriptor& platform) {
  if (session.json()) return session.PrintJson(connected);
  session.out() << "Connected " << platform.display_name();
  const std::string account = AccountWords(connected);
  if (!account.empty()) session.out() << " (" << account << ")";
  session.out() << ": credential " << connected.credential_id() << "\n";
  for (const std::string& warning : connected.warnings()) {
    session.out() << "Note: " << warning << "\n";
  }
}

// What came from outside, on one line.
std::string Printable(const std::string& text) { return Fit(text, 2'000); }

void Print(Session& session, const OAuthOutcome& outcome, const PlatformDescriptor& platform) {
  if (session.json()) return session.PrintJson(outcome);
  if (outcome.state() != OAuthOutcome::STATE_CONNECTED) {
    session.out() << Printable(outcome.message()) << " [" << outcome.reason() << "]" << std::endl;
    return;
  }
  session.out() << "Connected " << platform.display_name() << ": credential "
                << outcome.credential_id() << std::endl;
  for (const std::string& warning : outcome.warnings()) {
    session.out() << "Note: " << Printable(warning) << std::endl;
  }
}

// Somebody approves meanwhile in a browser, on whatever machine.
absl::StatusOr<OAuthOutcome> AwaitApproval(Session& session, OAuthConnections::Stub& stub,
                                           const adapter_gateway::v1::BeginOAuthResponse& begun) {
  adapter_gateway::v1::GetOAuthAttemptRequest request;
  request.set_workspace_id(session.workspace());
  request.set_attempt_id(begun.attempt_id());
  while (true) {
    ASSIGN_OR_RETURN(const auto found,
                     rpc::Invoke(stub, &OAuthConnections::Stub::GetOAuthAttempt, request, kRead));
    if (found.outcome().state() != OAuthOutcome::STATE_WAITING) return found.outcome();
    if (SystemClock().Now() > FromProto(begun.expire_time())) {
      return Error(absl::StatusCode::kDeadlineExceeded, "OAUTH_ATTEMPT_OVER",
                   "nobody approved it in time");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
  }
}

absl::StatusOr<int> ConnectByApproval(Session& session, const Arguments& arguments,
                                      const PlatformDescriptor& platform) {
  ASSIGN_OR_RETURN(const auto stub, session.Approvals());
  adapter_gateway::v1::BeginOAuthRequest request;
  request.set_workspace_id(session.workspace());
  request.set_platform(platform.platform());
  request.set_account_ref(arguments.Value("--account").value_or(""));
  request.set_replace(arguments.Has("--replace"));
  ASSIGN_OR_RETURN(const auto begun,
                   rpc::Invoke(*stub, &OAuthConnections::Stub::BeginOAuth, request, {}));
  if (session.json()) {
    session.PrintJson(begun);
  } else {
    session.out() << "Open this address in a browser within ten minutes, and approve:\n\n"
                  << begun.authorization_url() << "\n\nWaiting …" << std::endl;
  }
  ASSIGN_OR_RETURN(const OAuthOutcome outcome, AwaitApproval(session, *stub, begun));
  Print(session, outcome, platform);
  return outcome.state() == OAuthOutcome::STATE_CONNECTED ? 0 : 1;
}

absl::StatusOr<int> Connect(Session& session, const Arguments& arguments) {
  ASSIGN_OR_RETURN(const PlatformDescriptor platform,
                   FindPlatform(session, arguments.positional[0]));
  if (arguments.Has("--oauth")) return ConnectByApproval(session, arguments, platform);
  ASSIGN_OR_RETURN(const FieldValues fields, ReadFields(platform, arguments, session.terminal()));
  ASSIGN_OR_RETURN(const auto stub, session.Connections());
  adapter_gateway::v1::ConnectWithApiKeyRequest request;
  request.set_request_id(arguments.Value("--request-id").value_or(NewUuid()));
  request.set_workspace_id(session.workspace());
  request.set_platform(platform.platform());
  for (const auto& [name, value] : fields) (*request.mutable_fields())[name] = value.Reveal();
  request.set_account_ref(arguments.Value("--account").value_or(""));
  request.set_replace(arguments.Has("--replace"));
  ASSIGN_OR_RETURN(const auto connected,
                   rpc::Invoke(*stub, &Connections::Stub::ConnectWithApiKey, request, kVendor));
  Print(session, connected, platform);
  return 0;
}

absl::StatusOr<int> DeleteCredential(Session& session, const std::string& credential_id) {
  ASSIGN_OR_RETURN(const auto stub, session.Credentials());
  credential_manager::v1::DeleteCredentialRequest request;
  request.set_workspace_id(session.workspace());
  request.set_credential_id(credential_id);
  RETURN_IF_ERROR(
      rpc::Invoke(*stub, &CredentialAdmin::Stub::DeleteCredential, request, kRead).status());
  session.out() << "Deleted credential " << credential_id << "; what was imported with it stays."
                << std::endl;
  return 0;
}

absl::StatusOr<int> VerifyCredential(Session& session, const std::string& credential_id) {
  ASSIGN_OR_RETURN(const auto stub, session.Connections());
  adapter_gateway::v1::VerifyCredentialRequest request;
  request.set_workspace_id(session.workspace());
  request.set_credential_id(credential_id);
  ASSIGN_OR_RETURN(const auto verdict,
                   rpc::Invoke(*stub, &Connections::Stub::VerifyCredential, request, kVendor));
  if (session.json()) {
    session.PrintJson(verdict);
  } else if (verdict.accepted()) {
    const std::string account = AccountWords(verdict);
    session.out() << "The vendor accepts the credential" << (account.empty() ? "" : " of ")
                  << account << "." << std::endl;
  } else {
    session.out() << verdict.message() << " [" << verdict.reason() << "]" << std::endl;
  }
  return verdict.accepted() ? 0 : 1;
}

std::string HealthWords(const Credential& credential) {
  return StateWords(CredentialHealth::State_Name(credential.health().state()), "STATE_");
}

// What is wrong, and what to do about it.
void AddAdvice(const Credential& credential, std::string& advice) {
  const CredentialHealth& health = credential.health();
  if (health.state() == CredentialHealth::STATE_OK) return;
  advice += credential.credential_id() + ": " + Printable(health.text()) +
            (health.next_action().empty() ? "" : " " + Printable(health.next_action())) + "\n";
}

absl::StatusOr<int> ListCredentials(Session& session) {
  ASSIGN_OR_RETURN(const auto stub, session.Credentials());
  credential_manager::v1::ListCredentialsRequest request;
  request.set_workspace_id(session.workspace());
  std::vector<std::vector<std::string>> rows = {
      {"CREDENTIAL", "PLATFORM", "ACCOUNT", "NAME", "HEALTH", "CREATED", "USED"}};
  std::string advice;
  do {
    ASSIGN_OR_RETURN(const auto page,
                     rpc::Invoke(*stub, &CredentialAdmin::Stub::ListCredentials, request, kRead));
    for (const Credential& credential : page.credentials()) {
      AddAdvice(credential, advice);
      if (session.json()) session.PrintJson(credential);
      rows.push_back(
          {credential.credential_id(), credential.platform(), credential.account_ref(),
           AccountWords(credential), HealthWords(credential), ShortTime(credential.create_time()),
           credential.has_last_use_time() ? ShortTime(credential.last_use_time()) : "never"});
    }
    request.mutable_page()->set_page_token(page.next_page_token());
  } while (!request.page().page_token().empty());
  if (!session.json()) session.out() << Table(rows, 3, session.terminal().canvas().width) << advice;
  return 0;
}

absl::StatusOr<int> Credentials(Session& session, const Arguments& arguments) {
  if (const auto id = arguments.Value("--delete")) return DeleteCredential(session, *id);
  if (const auto id = arguments.Value("--verify")) return VerifyCredential(session, *id);
  return ListCredentials(session);
}

}  // namespace

std::vector<Command> ConnectCommands() {
  return {
      {{.command = "platforms",
        .summary = "Lists the platforms that calls can be imported from.",
        .flags = {{"--page", "", "as an HTML page for people who sell the product"}}},
       Platforms},
      {{.command = "connect",
        .arguments = "PLATFORM",
        .summary = "Connects an account: checks the key with the vendor, then seals it.",
        .flags = {{"--oauth", "", "by approving in a browser; prints the address and waits"},
                  {"--set", "FIELD=VALUE", "a field that is not secret"},
                  {"--secret-env", "[FIELD=]NAME", "a secret, from an environment variable"},
                  {"--secret-file", "[FIELD=]FILE", "a secret, from a file"},
                  {"--account", "REF", "tells several accounts of one platform apart"},
                  {"--replace", "", "replace the key that is there"},
                  {"--request-id", "UUID", "repeat this request instead of a new one"}},
        .min_arguments = 1,
        .max_arguments = 1,
        .details = "Required fields that are not given are asked for; secrets are not shown "
                   "while they are typed.\ncallimport platforms shows the fields."},
       Connect},
      {{.command = "credentials",
        .summary = "Lists, verifies or deletes the workspace's credentials.",
        .flags = {{"--verify", "ID", "ask the vendor now"},
                  {"--delete", "ID", "destroy the secret for good"}}},
       Credentials},
  };
}

}  // namespace callimport::cli
