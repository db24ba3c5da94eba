#include "services/job-scheduler/credentials/credential_releaser.h"

#include "libs/common/errors.h"
#include "libs/common/proto_time.h"
#include "libs/common/status_macros.h"
#include "libs/telemetry/log.h"

namespace callimport::job_scheduler {
namespace {

using std::chrono::steady_clock;

// A run ends after that, so that a slow vault does not hold up a stop.
constexpr std::chrono::seconds kLongestRun{3};

bool IsAway(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
}

// The vault has, or knows, no such credential (any more): there is nothing left to be told.
bool IsGone(const absl::Status& status) {
  return absl::IsNotFound(status) || ReasonOf(status) == "CREDENTIAL_SHREDDED";
}

absl::Status DoneWhenGone(const absl::Status& status) {
  return IsGone(status) ? absl::OkStatus() : status;
}

template <typename Request>
Request RequestFor(const CredentialUse& use) {
  Request request;
  request.set_workspace_id(use.workspace_id);
  request.set_credential_id(use.credential_id);
  request.set_job_id(use.job_id);
  return request;
}

}  // namespace

CredentialReleaser::CredentialReleaser(ReleaseStore& store,
                                       credential_manager::CredentialLifecycleClient& vault)
    : store_(store),
      vault_(vault),
      failed_("credential_release_failures_total",
              "Tries to tell the vault that a job has ended, or runs again, that failed") {}

absl::Status CredentialReleaser::Run() {
  ASSIGN_OR_RETURN(const auto uses, store_.ListUntold(after_job_id_, kAtOnce));
  absl::Status trouble;
  RETURN_IF_ERROR(TellAll(uses, trouble));
  if (!uses.empty()) Report(trouble);
  const bool all_tried = uses.empty() || after_job_id_ == uses.back().job_id;
  if (all_tried && uses.size() < kAtOnce) after_job_id_.clear();
  return absl::OkStatus();
}

absl::Status CredentialReleaser::TellAll(const std::vector<CredentialUse>& uses,
                                         absl::Status& trouble) {
  const auto until = steady_clock::now() + kLongestRun;
  for (const CredentialUse& use : uses) {
    if (steady_clock::now() >= until) return absl::OkStatus();
    const absl::Status told = Tell(use);
    trouble.Update(told);
    if (IsAway(told)) return absl::OkStatus();
    if (told.ok()) {
      RETURN_IF_ERROR(use.ended_at ? store_.MarkReleased(use) : store_.MarkRetained(use));
    }
    after_job_id_ = use.job_id;
  }
  return absl::OkStatus();
}

absl::Status CredentialReleaser::Retain(const ImportJob& job) {
  if (job.credential_id.empty() || !CanBeRetried(job.state)) return absl::OkStatus();
  // Marked first. Should we die before the job runs again, it is released anew, as it has ended;
  // afterwards, the retry itself has marked that its release must be taken back.
  RETURN_IF_ERROR(store_.TellReleaseAgain(job.job_id));
  const absl::Status retained = AskRetain({.job_id = job.job_id,
                                           .workspace_id = job.workspace_id,
                                           .credential_id = job.credential_id,
                                           .ended_at = {}});
  if (retained.ok() || IsGone(retained)) return retained;
  log::Warning("a job cannot be retried now", {{"job_id", job.job_id}, {"status", retained}});
  return Error(absl::StatusCode::kUnavailable, "VAULT_UNREACHABLE",
               "the credential cannot be asked for; try again later");
}

void CredentialReleaser::ReleaseUnused(const ImportJob& job, Timestamp now) {
  const absl::Status released = AskRelease({.job_id = job.job_id,
                                            .workspace_id = job.workspace_id,
                                            .credential_id = job.credential_id,
                                            .ended_at = now});
  if (released.ok() || IsGone(released)) return;
  log::Error("the key of a job that was not made stays until somebody deletes it",
             {{"credential_id", job.credential_id}, {"status", released}});
}

absl::Status CredentialReleaser::Tell(const CredentialUse& use) {
  return DoneWhenGone(use.ended_at ? AskRelease(use) : AskRetain(use));
}

absl::Status CredentialReleaser::AskRelease(const CredentialUse& use) {
  auto request = RequestFor<credential_manager::v1::ReleaseRequest>(use);
  *request.mutable_job_end_time() = callimport::ToProto(*use.ended_at);
  return vault_.Release(request).status();
}

absl::Status CredentialReleaser::AskRetain(const CredentialUse& use) {
  return vault_.Retain(RequestFor<credential_manager::v1::RetainRequest>(use)).status();
}

void CredentialReleaser::Report(const absl::Status& trouble) {
  if (!trouble.ok()) failed_.Add();
  if (!trouble.ok() && !in_trouble_) {
    log::Warning("the vault cannot be told of jobs; it is tried again", {{"status", trouble}});
  }
  if (trouble.ok() && in_trouble_) log::Info("the vault is told of jobs again");
  in_trouble_ = !trouble.ok();
}

}  // namespace callimport::job_scheduler
