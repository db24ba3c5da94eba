#include "tools/callimport/job_choice.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/invoke.h"

namespace callimport::cli {
namespace {

using credential_manager::v1::Credential;
using credential_manager::v1::CredentialAdmin;
using job_scheduler::v1::JobScheduler;

const rpc::InvokeOptions kRead{.attempts = 3};

absl::Status NotFound(const std::string& reason, const std::string& message) {
  return Error(absl::StatusCode::kNotFound, reason, message);
}

std::string Listed(const std::vector<Credential>& credentials) {
  std::string text;
  for (const Credential& credential : credentials) {
    text += "\n  " + credential.credential_id() + "  " + credential.platform() + "  " +
            credential.account_ref();
  }
  return text;
}

absl::StatusOr<std::vector<Credential>> ValidCredentials(Session& session,
                                                         const std::string& platform) {
  ASSIGN_OR_RETURN(const auto stub, session.Credentials());
  credential_manager::v1::ListCredentialsRequest request;
  request.set_workspace_id(session.workspace());
  ASSIGN_OR_RETURN(const auto response,
                   rpc::Invoke(*stub, &CredentialAdmin::Stub::ListCredentials, request, kRead));
  std::vector<Credential> valid;
  for (const Credential& credential : response.credentials()) {
    const bool wanted = platform.empty() || credential.platform() == platform;
    if (wanted && credential.is_valid()) valid.push_back(credential);
  }
  return valid;
}

}  // namespace

std::string JobChoiceOf(const Arguments& arguments) {
  return arguments.positional.empty() ? "last" : arguments.positional[0];
}

absl::StatusOr<std::string> ChooseJob(Session& session, const std::string& text) {
  if (text != "last") return text;
  ASSIGN_OR_RETURN(const auto stub, session.Jobs());
  job_scheduler::v1::ListImportJobsRequest request;
  request.set_workspace_id(session.workspace());
  request.mutable_page()->set_page_size(1);
  ASSIGN_OR_RETURN(const auto response,
                   rpc::Invoke(*stub, &JobScheduler::Stub::ListImportJobs, request, kRead));
  if (response.jobs().empty()) {
    return NotFound("NO_JOBS", "workspace " + session.workspace() + " has no import yet");
  }
  return response.jobs(0).job_id();
}

absl::StatusOr<std::string> ChooseCredential(Session& session, const Arguments& arguments) {
  if (const auto credential = arguments.Value("--credential")) return *credential;
  const std::string platform = arguments.Value("--platform").value_or("");
  ASSIGN_OR_RETURN(const auto valid, ValidCredentials(session, platform));
  if (valid.size() == 1) return valid[0].credential_id();
  if (valid.empty()) {
    const std::string what = platform.empty() ? "" : " of " + platform;
    return NotFound("NOT_CONNECTED",
                    absl::StrCat("workspace ", session.workspace(), " has no valid credential",
                                 what, "; connect one first (callimport help connect)"));
  }
  return UsageError("there are several credentials; choose one with --credential:" + Listed(valid));
}

}  // namespace callimport::cli
