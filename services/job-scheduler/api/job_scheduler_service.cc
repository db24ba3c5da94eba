#include "services/job-scheduler/api/job_scheduler_service.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <stop_token>

#include "libs/common/errors.h"
#include "libs/common/ids.h"
#include "libs/common/proto_time.h"
#include "libs/common/status_macros.h"
#include "libs/crypto/digest.h"
#include "libs/telemetry/correlation.h"
#include "libs/telemetry/log.h"
#include "services/job-scheduler/api/job_messages.h"
#include "services/job-scheduler/api/named_workspace.h"
#include "services/job-scheduler/api/request_checks.h"

namespace callimport::job_scheduler {
namespace {

std::string TimeText(bool set, const google::protobuf::Timestamp& time) {
  if (!set) return "-";
  return std::to_string(time.seconds()) + "." + std::to_string(time.nanos());
}

// Of what was asked for, not of the defaults filled in: those move with time. Of a key that came
// with the request only the credential it became; the vault compares the key itself.
std::string DigestOf(const v1::CreateImportJobRequest& request, const std::string& credential_id) {
  const common::v1::CallFilter& filter = request.filter();
  std::string text = credential_id + "|" + TimeText(filter.has_start_time(), filter.start_time()) +
                     "|" + TimeText(filter.has_end_time(), filter.end_time());
  const std::map<std::string, std::string> attributes(filter.attributes().begin(),
                                                      filter.attributes().end());
  for (const auto& [name, value] : attributes) {
    text += "|" + std::to_string(name.size()) + ":" + name + "=" + value;
  }
  if (request.run_now()) text += "|run_now";
  if (!request.quote_id().empty()) text += "|quote " + request.quote_id();
  return crypto::Sha256(text);
}

absl::Status CheckMayRunNow(const rpc::Caller& caller, const v1::CreateImportJobRequest& request) {
  if (!request.run_now() || caller.kind == "support" || caller.kind == "service") {
    return absl::OkStatus();
  }
  return Error(absl::StatusCode::kPermissionDenied, "RUN_NOW_NOT_ALLOWED",
               "only support may let an import run outside the nightly window");
}

template <typename State>
std::vector<State> StatesOf(const google::protobuf::RepeatedField<int>& numbers) {
  std::vector<State> states;
  for (const int number : numbers) states.push_back(static_cast<State>(number));
  return states;
}

// Of a job that was just created, or before by the same request.
void TellEstimate(const ImportJob& job, Timestamp now, v1::CreateImportJobResponse& response) {
  using Response = v1::CreateImportJobResponse;
  const bool known = job.progress.has_total_calls() && job.finish_earliest && job.finish_latest;
  response.set_estimate(known ? Response::ESTIMATE_KNOWN : Response::ESTIMATE_COUNTING);
  if (!known) return;
  const auto until = [now](Timestamp end) {
    return callimport::ToProto(std::chrono::duration_cast<std::chrono::milliseconds>(
        std::max(end - now, Timestamp::duration::zero())));
  };
  response.set_estimated_calls(job.progress.total_calls());
  *response.mutable_estimated_duration_low() = until(*job.finish_earliest);
  *response.mutable_estimated_duration_high() = until(*job.finish_latest);
}

std::vector<JobKind> KindsOf(const v1::ListImportJobsRequest& request) {
  std::vector<JobKind> kinds;
  for (const int type : request.types()) kinds.push_back(KindOf(static_cast<v1::JobType>(type)));
  return kinds;
}

}  // namespace

grpc::Status JobSchedulerService::PreviewImport(grpc::ServerContext* context,
                                                const v1::PreviewImportRequest* request,
                                                v1::PreviewImportResponse* response) {
  return AnswerNamed(workspaces_, *context, *request, response,
                     [&](const rpc::Caller&, const auto& named) { return preview_.Make(named); });
}

grpc::Status JobSchedulerService::CreateImportJob(grpc::ServerContext* context,
                                                  const v1::CreateImportJobRequest* request,
                                                  v1::CreateImportJobResponse* response) {
  return AnswerNamed(
      workspaces_, *context, *request, response,
      [&](const rpc::Caller& caller, const auto& named) { return Create(caller, named); });
}

grpc::Status JobSchedulerService::GetImportJob(grpc::ServerContext* context,
                                               const v1::GetImportJobRequest* request,
                                               v1::GetImportJobResponse* response) {
  return AnswerNamed(workspaces_, *context, *request, response,
                     [&](const rpc::Caller&, const auto& named) { return Get(named); });
}

grpc::Status JobSchedulerService::ListImportJobs(grpc::ServerContext* context,
                                                 const v1::ListImportJobsRequest* request,
                                                 v1::ListImportJobsResponse* response) {
  return AnswerNamed(workspaces_, *context, *request, response,
                     [&](const rpc::Caller&, const auto& named) { return List(named); });
}

grpc::Status JobSchedulerService::ListImportCalls(grpc::ServerContext* context,
                                                  const v1::ListImportCallsRequest* request,
                                                  v1::ListImportCallsResponse* response) {
  return AnswerNamed(workspaces_, *context, *request, response,
                     [&](const rpc::Caller&, const auto& named) { return ListCalls(named); });
}

grpc::Status JobSchedulerService::CancelImportJob(grpc::ServerContext* context,
                                                  const v1::CancelImportJobRequest* request,
                                                  v1::CancelImportJobResponse* response) {
  return AnswerNamed(workspaces_, *context, *request, response,
                     [&](const rpc::Caller&, const auto& named) { return orders_.Cancel(named); });
}

grpc::Status JobSchedulerService::RetryFailed(grpc::ServerContext* context,
                                              const v1::RetryFailedRequest* request,
                                              v1::RetryFailedResponse* response) {
  return AnswerNamed(workspaces_, *context, *request, response,
                     [&](const rpc::Caller&, const auto& named) { return orders_.Retry(named); });
}

grpc::Status JobSchedulerService::PauseImportJob(grpc::ServerContext* context,
                                                 const v1::PauseImportJobRequest* request,
                                                 v1::PauseImportJobResponse* response) {
  return AnswerNamed(workspaces_, *context, *request, response,
                     [&](const rpc::Caller&, const auto& named) { return orders_.Pause(named); });
}

grpc::Status JobSchedulerService::ResumeImportJob(grpc::ServerContext* context,
                                                  const v1::ResumeImportJobRequest* request,
                                                  v1::ResumeImportJobResponse* response) {
  return AnswerNamed(workspaces_, *context, *request, response,
                     [&](const rpc::Caller&, const auto& named) { return orders_.Resume(named); });
}

grpc::Status JobSchedulerService::RunImportJobNow(grpc::ServerContext* context,
                                                  const v1::RunImportJobNowRequest* request,
                                                  v1::RunImportJobNowResponse* response) {
  return AnswerNamed(
      workspaces_, *context, *request, response,
      [&](const rpc::Caller& caller, const auto& named) { return orders_.RunNow(caller, named); });
}

grpc::Status JobSchedulerService::ListFailureCauses(grpc::ServerContext* context,
                                                    const v1::ListFailureCausesRequest* request,
                                                    v1::ListFailureCausesResponse* response) {
  return AnswerNamed(
      workspaces_, *context, *request, response,
      [&](const rpc::Caller&, const auto& named) { return orders_.ListCauses(named); });
}

grpc::Status JobSchedulerService::ListImportWarnings(grpc::ServerContext* context,
                                                     const v1::ListImportWarningsRequest* request,
                                                     v1::ListImportWarningsResponse* response) {
  return AnswerNamed(
      workspaces_, *context, *request, response,
      [&](const rpc::Caller&, const auto& named) { return orders_.ListWarnings(named); });
}

grpc::Status JobSchedulerService::ExplainWait(grpc::ServerContext* context,
                                              const v1::ExplainWaitRequest* request,
                                              v1::ExplainWaitResponse* response) {
  return AnswerNamed(workspaces_, *context, *request, response,
                     [&](const rpc::Caller&, const auto& named) { return explainer_.Wait(named); });
}

grpc::Status JobSchedulerService::ExplainPolicy(grpc::ServerContext* context,
                                                const v1::ExplainPolicyRequest* request,
                                                v1::ExplainPolicyResponse* response) {
  return AnswerNamed(
      workspaces_, *context, *request, response,
      [&](const rpc::Caller&, const auto& named) { return explainer_.Policy(named); });
}

grpc::Status JobSchedulerService::VerifyEffects(grpc::ServerContext* context,
                                                const v1::VerifyEffectsRequest* request,
                                                v1::VerifyEffectsResponse* response) {
  return AnswerNamed(
      workspaces_, *context, *request, response,
      [&](const rpc::Caller&, const auto& named) { return explainer_.Verify(named); });
}

grpc::Status JobSchedulerService::RemapCalls(grpc::ServerContext* context,
                                             const v1::RemapCallsRequest* request,
                                             v1::RemapCallsResponse* response) {
  return AnswerNamed(workspaces_, *context, *request, response,
                     [&](const rpc::Caller&, const auto& named) { return remapper_.Remap(named); });
}

absl::StatusOr<v1::CreateImportJobResponse> JobSchedulerService::Create(
    const rpc::Caller& caller, const v1::CreateImportJobRequest& request) {
  const Timestamp now = clock_.Now();
  RETURN_IF_ERROR(Check(request, now));
  RETURN_IF_ERROR(CheckMayRunNow(caller, request));
  RETURN_IF_ERROR(workspaces_.CheckOpen(request.workspace_id()));
  RETURN_IF_ERROR(source_.CheckAttributes(request));
  ImportJob job;
  job.job_id = NewUuid();
  job.workspace_id = request.workspace_id();
  job.credential_id = request.credential_id();
  job.window = WindowOf(request.filter(), now);
  job.attributes = {request.filter().attributes().begin(), request.filter().attributes().end()};
  job.created_by = caller.ToActor();
  job.correlation_id = CurrentCorrelationId();
  job.created_at = now;
  job.updated_at = now;
  job.quote_id = request.quote_id();
  RETURN_IF_ERROR(preview_.Fill(request.filter(), job));
  if (request.run_now()) TakeOutOfWindow(job);
  ASSIGN_OR_RETURN(const ImportJob stored, Store(job, request));
  log::Info("a job was created",
            {{"job_id", stored.job_id}, {"workspace_id", stored.workspace_id}});
  v1::CreateImportJobResponse response;
  *response.mutable_job() = ToProto(stored);
  TellEstimate(stored, now, response);
  return response;
}

absl::StatusOr<ImportJob> JobSchedulerService::Store(ImportJob job,
                                                     const v1::CreateImportJobRequest& request) {
  if (!request.has_inline_credential()) return StoreWithCredential(job, request);
  const auto connected = source_.Connect(request);
  if (absl::IsNotFound(connected.status())) {
    // Repeated so late that the job's key is destroyed.
    auto first = store_.FindRequested(request.workspace_id(), request.request_id());
    if (first.ok()) return first;
  }
  RETURN_IF_ERROR(connected.status());
  job.credential_id = *connected;
  auto stored = store_.Create(job, {request.request_id(), DigestOf(request, job.credential_id)});
  if (!stored.ok()) credentials_.ReleaseUnused(job, clock_.Now());
  return stored;
}

absl::StatusOr<ImportJob> JobSchedulerService::StoreWithCredential(
    const ImportJob& job, const v1::CreateImportJobRequest& request) {
  absl::Status verdict = source_.CheckAccepted(request);
  // A job that is there already is the answer, whatever the vendor says by now.
  if (!verdict.ok() && !store_.FindRequested(request.workspace_id(), request.request_id()).ok()) {
    return verdict;
  }
  return store_.Create(job, {request.request_id(), DigestOf(request, job.credential_id)});
}

absl::StatusOr<v1::GetImportJobResponse> JobSchedulerService::Get(
    const v1::GetImportJobRequest& request) {
  RETURN_IF_ERROR(CheckJob(request.workspace_id(), request.job_id()).Verdict());
  ASSIGN_OR_RETURN(const ImportJob job, store_.Find(request.workspace_id(), request.job_id()));
  v1::GetImportJobResponse response;
  *response.mutable_job() = ToProto(job);
  return response;
}

absl::StatusOr<v1::ListImportJobsResponse> JobSchedulerService::List(
    const v1::ListImportJobsRequest& request) {
  RETURN_IF_ERROR(Check(request));
  const int size = PageSizeOf(request.page());
  ASSIGN_OR_RETURN(const std::vector<ImportJob> jobs,
                   store_.List({.workspace_id = request.workspace_id(),
                                .states = StatesOf<JobState>(request.states()),
                                .before_job_id = request.page().page_token(),
                                .limit = size + 1,
                                .credential_id = request.credential_id(),
                                .kinds = KindsOf(request)}));
  v1::ListImportJobsResponse response;
  for (const ImportJob& job : jobs) {
    if (response.jobs_size() == size) {
      response.set_next_page_token(response.jobs(size - 1).job_id());
      break;
    }
    *response.add_jobs() = ToProto(job);
  }
  return response;
}

absl::StatusOr<v1::ListImportCallsResponse> JobSchedulerService::ListCalls(
    const v1::ListImportCallsRequest& request) {
  RETURN_IF_ERROR(Check(request));
  ASSIGN_OR_RETURN(
      const CallPage page,
      store_.ListCalls(request.workspace_id(), {.job_id = request.job_id(),
                                                .states = StatesOf<CallState>(request.states()),
                                                .after_call_id = request.page().page_token(),
                                                .limit = PageSizeOf(request.page())}));
  v1::ListImportCallsResponse response;
  for (const JobCall& call : page.calls) *response.add_calls() = ToProto(call);
  response.set_next_page_token(page.next);
  return response;
}

}  // namespace callimport::job_scheduler
