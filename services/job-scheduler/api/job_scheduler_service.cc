#include "services/job-scheduler/api/job_scheduler_service.h"

#include <algorithm>
#include <stop_token>

#include "libs/common/ids.h"
#include "libs/common/status_macros.h"
#include "libs/crypto/digest.h"
#include "libs/rpc/answer.h"
#include "libs/telemetry/correlation.h"
#include "libs/telemetry/log.h"
#include "services/job-scheduler/api/job_messages.h"
#include "services/job-scheduler/api/request_checks.h"

namespace callimport::job_scheduler {
namespace {

std::string TimeText(bool set, const google::protobuf::Timestamp& time) {
  if (!set) return "-";
  return std::to_string(time.seconds()) + "." + std::to_string(time.nanos());
}

// Of what was asked for, not of the defaults filled in: those move with time.
std::string DigestOf(const v1::CreateImportJobRequest& request) {
  const common::v1::CallFilter& filter = request.filter();
  return crypto::Sha256(request.credential_id() + "|" +
                        TimeText(filter.has_start_time(), filter.start_time()) + "|" +
                        TimeText(filter.has_end_time(), filter.end_time()));
}

template <typename State>
std::vector<State> StatesOf(const google::protobuf::RepeatedField<int>& numbers) {
  std::vector<State> states;
  for (const int number : numbers) states.push_back(static_cast<State>(number));
  return states;
}

// The same call named twice is still one call.
std::vector<std::string> DistinctIds(const v1::RetryFailedRequest& request) {
  std::vector<std::string> ids(request.call_ids().begin(), request.call_ids().end());
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

}  // namespace

grpc::Status JobSchedulerService::PreviewImport(grpc::ServerContext* context,
                                                const v1::PreviewImportRequest* request,
                                                v1::PreviewImportResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller&) { return Preview(*request); });
}

grpc::Status JobSchedulerService::CreateImportJob(grpc::ServerContext* context,
                                                  const v1::CreateImportJobRequest* request,
                                                  v1::CreateImportJobResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller& caller) { return Create(caller, *request); });
}

grpc::Status JobSchedulerService::GetImportJob(grpc::ServerContext* context,
                                               const v1::GetImportJobRequest* request,
                                               v1::GetImportJobResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller&) { return Get(*request); });
}

grpc::Status JobSchedulerService::ListImportJobs(grpc::ServerContext* context,
                                                 const v1::ListImportJobsRequest* request,
                                                 v1::ListImportJobsResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller&) { return List(*request); });
}

grpc::Status JobSchedulerService::ListImportCalls(grpc::ServerContext* context,
                                                  const v1::ListImportCallsRequest* request,
                                                  v1::ListImportCallsResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller&) { return ListCalls(*request); });
}

grpc::Status JobSchedulerService::CancelImportJob(grpc::ServerContext* context,
                                                  const v1::CancelImportJobRequest* request,
                                                  v1::CancelImportJobResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller&) { return Cancel(*request); });
}

grpc::Status JobSchedulerService::RetryFailed(grpc::ServerContext* context,
                                              const v1::RetryFailedRequest* request,
                                              v1::RetryFailedResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller&) { return Retry(*request); });
}

absl::StatusOr<v1::PreviewImportResponse> JobSchedulerService::Preview(
    const v1::PreviewImportRequest& request) {
  const Timestamp now = clock_.Now();
  RETURN_IF_ERROR(Check(request, now));
  adapter_gateway::v1::CountCallsRequest count;
  count.set_workspace_id(request.workspace_id());
  count.set_credential_id(request.credential_id());
  *count.mutable_filter() = ToProto(WindowOf(request.filter(), now));
  ASSIGN_OR_RETURN(const auto counted, catalog_.CountCalls(count, std::stop_token()));
  v1::PreviewImportResponse response;
  response.set_calls(counted.calls());
  response.set_exactness(counted.exactness());
  *response.mutable_filter() = count.filter();
  return response;
}

absl::StatusOr<v1::CreateImportJobResponse> JobSchedulerService::Create(
    const rpc::Caller& caller, const v1::CreateImportJobRequest& request) {
  const Timestamp now = clock_.Now();
  RETURN_IF_ERROR(Check(request, now));
  ImportJob job;
  job.job_id = NewUuid();
  job.workspace_id = request.workspace_id();
  job.credential_id = request.credential_id();
  job.window = WindowOf(request.filter(), now);
  job.created_by = caller.ToActor();
  job.correlation_id = CurrentCorrelationId();
  job.created_at = now;
  job.updated_at = now;
  ASSIGN_OR_RETURN(const ImportJob stored,
                   store_.Create(job, {request.request_id(), DigestOf(request)}));
  log::Info("a job was created",
            {{"job_id", stored.job_id}, {"workspace_id", stored.workspace_id}});
  v1::CreateImportJobResponse response;
  *response.mutable_job() = ToProto(stored);
  return response;
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
                                .limit = size + 1}));
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
  const int size = PageSizeOf(request.page());
  ASSIGN_OR_RETURN(
      const std::vector<JobCall> calls,
      store_.ListCalls(request.workspace_id(), {.job_id = request.job_id(),
                                                .states = StatesOf<CallState>(request.states()),
                                                .after_call_id = request.page().page_token(),
                                                .limit = size + 1}));
  v1::ListImportCallsResponse response;
  for (const JobCall& call : calls) {
    if (response.calls_size() == size) {
      response.set_next_page_token(response.calls(size - 1).call_id());
      break;
    }
    *response.add_calls() = ToProto(call);
  }
  return response;
}

absl::StatusOr<v1::CancelImportJobResponse> JobSchedulerService::Cancel(
    const v1::CancelImportJobRequest& request) {
  RETURN_IF_ERROR(CheckJob(request.workspace_id(), request.job_id()).Verdict());
  ASSIGN_OR_RETURN(const ImportJob job, store_.Cancel(request.workspace_id(), request.job_id()));
  v1::CancelImportJobResponse response;
  *response.mutable_job() = ToProto(job);
  return response;
}

absl::StatusOr<v1::RetryFailedResponse> JobSchedulerService::Retry(
    const v1::RetryFailedRequest& request) {
  RETURN_IF_ERROR(Check(request));
  ASSIGN_OR_RETURN(const ImportJob job, store_.Find(request.workspace_id(), request.job_id()));
  RETURN_IF_ERROR(credentials_.Retain(job));
  ASSIGN_OR_RETURN(
      const JobStore::Retried retried,
      store_.RetryFailed(request.workspace_id(), request.job_id(), DistinctIds(request)));
  v1::RetryFailedResponse response;
  response.set_retried_calls(retried.calls);
  *response.mutable_job() = ToProto(retried.job);
  return response;
}

}  // namespace callimport::job_scheduler
