#include "services/job-scheduler/api/job_orders.h"

#include <algorithm>

#include "libs/common/proto_time.h"
#include "libs/common/status_macros.h"
#include "libs/telemetry/correlation.h"
#include "libs/telemetry/log.h"
#include "services/job-scheduler/api/job_messages.h"
#include "services/job-scheduler/api/request_checks.h"

namespace callimport::job_scheduler {
namespace {

// The same call named twice is still one call.
std::vector<std::string> DistinctIds(const v1::RetryFailedRequest& request) {
  std::vector<std::string> ids(request.call_ids().begin(), request.call_ids().end());
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

FailedCalls MeantBy(const v1::RetryFailedRequest& request) {
  FailedCalls calls{.call_ids = DistinctIds(request)};
  if (!request.retry_token().empty()) {
    calls.cause = CauseOf(request.job_id(), request.retry_token());
  }
  return calls;
}

template <typename Response>
Response WithJob(const ImportJob& job) {
  Response response;
  *response.mutable_job() = ToProto(job);
  return response;
}

void LogOrder(const char* what, const ImportJob& job) {
  log::Info(what,
            {{"job_id", job.job_id}, {"workspace_id", job.workspace_id}, {"epoch", job.epoch}});
}

}  // namespace

absl::StatusOr<v1::CancelImportJobResponse> JobOrders::Cancel(
    const v1::CancelImportJobRequest& request) {
  RETURN_IF_ERROR(CheckJob(request.workspace_id(), request.job_id()).Verdict());
  ASSIGN_OR_RETURN(const ImportJob job, store_.Cancel(request.workspace_id(), request.job_id()));
  LogOrder("a job was cancelled", job);
  return WithJob<v1::CancelImportJobResponse>(job);
}

absl::StatusOr<v1::PauseImportJobResponse> JobOrders::Pause(
    const v1::PauseImportJobRequest& request) {
  RETURN_IF_ERROR(CheckJob(request.workspace_id(), request.job_id()).Verdict());
  ASSIGN_OR_RETURN(const ImportJob job, store_.Pause(request.workspace_id(), request.job_id()));
  LogOrder("a job was paused", job);
  return WithJob<v1::PauseImportJobResponse>(job);
}

absl::StatusOr<v1::ResumeImportJobResponse> JobOrders::Resume(
    const v1::ResumeImportJobRequest& request) {
  RETURN_IF_ERROR(CheckJob(request.workspace_id(), request.job_id()).Verdict());
  ASSIGN_OR_RETURN(const ImportJob job, store_.Resume(request.workspace_id(), request.job_id()));
  LogOrder("a job goes on", job);
  return WithJob<v1::ResumeImportJobResponse>(job);
}

absl::StatusOr<v1::RunImportJobNowResponse> JobOrders::RunNow(
    const rpc::Caller& caller, const v1::RunImportJobNowRequest& request) {
  RETURN_IF_ERROR(CheckJob(request.workspace_id(), request.job_id()).Verdict());
  ASSIGN_OR_RETURN(const ImportJob job, store_.RunNow(request.workspace_id(), request.job_id(),
                                                      caller.ToActor(), CurrentCorrelationId()));
  LogOrder("a job does not wait for the night", job);
  return WithJob<v1::RunImportJobNowResponse>(job);
}

absl::StatusOr<v1::RetryFailedResponse> JobOrders::Retry(const v1::RetryFailedRequest& request) {
  RETURN_IF_ERROR(Check(request));
  ASSIGN_OR_RETURN(const ImportJob job, store_.Find(request.workspace_id(), request.job_id()));
  RETURN_IF_ERROR(credentials_.Retain(job));
  const FailedCalls which = MeantBy(request);
  ASSIGN_OR_RETURN(const int64_t readable, ReadKept(job, which));
  ASSIGN_OR_RETURN(const JobStore::Retried retried,
                   store_.RetryFailed(request.workspace_id(), request.job_id(), which));
  auto response = WithJob<v1::RetryFailedResponse>(retried.job);
  response.set_retried_calls(readable + retried.calls);
  return response;
}

// What failed otherwise need not wait for the gateway.
absl::StatusOr<int64_t> JobOrders::ReadKept(const ImportJob& job, const FailedCalls& which) {
  const bool unreadable = which.cause && which.cause->reason == "UNREADABLE_RECORD";
  if (!unreadable && !which.All()) return 0;
  auto readable = kept_records_.ReadFor(job);
  if (readable.ok() || unreadable || !absl::IsUnavailable(readable.status())) return readable;
  log::Warning("what is kept of unreadable records was not looked at",
               {{"job_id", job.job_id}, {"status", readable.status()}});
  return 0;
}

absl::StatusOr<v1::ListFailureCausesResponse> JobOrders::ListCauses(
    const v1::ListFailureCausesRequest& request) {
  RETURN_IF_ERROR(CheckJob(request.workspace_id(), request.job_id()).Verdict());
  ASSIGN_OR_RETURN(const ImportJob job, store_.Find(request.workspace_id(), request.job_id()));
  ASSIGN_OR_RETURN(const std::vector<FailureCause> causes,
                   store_.ListCauses(request.workspace_id(), request.job_id()));
  v1::ListFailureCausesResponse response;
  for (const FailureCause& cause : causes) {
    v1::FailureCause& message = *response.add_causes();
    message.set_reason(cause.reason);
    message.set_message(cause.message);
    message.set_calls(cause.calls);
    message.set_retryable(!IsCancelled(job.state));
    message.set_retry_token(RetryTokenOf(job.job_id, {cause.reason, cause.newest}));
  }
  return response;
}

absl::StatusOr<v1::ListImportWarningsResponse> JobOrders::ListWarnings(
    const v1::ListImportWarningsRequest& request) {
  RETURN_IF_ERROR(Check(request));
  const int size = PageSizeOf(request.page());
  ASSIGN_OR_RETURN(
      const std::vector<ImportWarning> warnings,
      store_.ListWarnings(request.workspace_id(), {.job_id = request.job_id(),
                                                   .before_warning_id = request.page().page_token(),
                                                   .limit = size + 1}));
  v1::ListImportWarningsResponse response;
  for (size_t place = 0; place < warnings.size(); ++place) {
    if (response.warnings_size() == size) {
      response.set_next_page_token(warnings[place - 1].warning_id);
      break;
    }
    v1::ImportWarning& message = *response.add_warnings();
    message.set_source_call_id(warnings[place].source_call_id);
    message.set_reason(warnings[place].reason);
    message.set_message(warnings[place].message);
    *message.mutable_time() = callimport::ToProto(warnings[place].created_at);
  }
  return response;
}

}  // namespace callimport::job_scheduler
