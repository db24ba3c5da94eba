#include "services/job-scheduler/api/call_queue_service.h"

#include <algorithm>
#include <chrono>

#include "libs/common/errors.h"
#include "libs/common/proto_time.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/answer.h"
#include "libs/telemetry/correlation.h"
#include "services/job-scheduler/api/job_messages.h"
#include "services/job-scheduler/api/queue_requests.h"

namespace callimport::job_scheduler {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// How soon a call is found that became due by time alone, or through another process.
constexpr milliseconds kLookEvery{200};

absl::Status ShuttingDown() {
  return Error(absl::StatusCode::kUnavailable, "SHUTTING_DOWN", "job-scheduler is stopping");
}

v1::LeaseCallsResponse ToResponse(QueueStore::Leased leased) {
  v1::LeaseCallsResponse response;
  for (LeasedCall& call : leased.calls) *response.add_calls() = ToProto(std::move(call));
  *response.mutable_lease_expire_time() = callimport::ToProto(leased.until);
  return response;
}

}  // namespace

grpc::Status CallQueueService::LeaseCalls(grpc::ServerContext* context,
                                          const v1::LeaseCallsRequest* request,
                                          v1::LeaseCallsResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller&) { return Lease(*context, *request); });
}

grpc::Status CallQueueService::RenewLeases(grpc::ServerContext* context,
                                           const v1::RenewLeasesRequest* request,
                                           v1::RenewLeasesResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller&) { return Renew(*request); });
}

grpc::Status CallQueueService::ReportOutcomes(grpc::ServerContext* context,
                                              const v1::ReportOutcomesRequest* request,
                                              v1::ReportOutcomesResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller&) { return Report(*request); });
}

grpc::Status CallQueueService::ReleaseCalls(grpc::ServerContext* context,
                                            const v1::ReleaseCallsRequest* request,
                                            v1::ReleaseCallsResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller&) { return Release(*request); });
}

grpc::Status CallQueueService::RegisterUpload(grpc::ServerContext* context,
                                              const v1::RegisterUploadRequest* request,
                                              v1::RegisterUploadResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller& caller) { return Register(caller, *request); });
}

absl::StatusOr<v1::LeaseCallsResponse> CallQueueService::Lease(
    const grpc::ServerContext& context, const v1::LeaseCallsRequest& request) {
  RETURN_IF_ERROR(Check(request));
  const auto give_up = steady_clock::now() + FromProto(request.max_wait());
  for (uint64_t seen = 0;;) {
    // A signal raised from here on is not missed: Wait compares with what was seen before.
    const bool serving = calls_due_.Wait(seen, milliseconds(0));
    if (!serving) return ShuttingDown();
    // Whoever left would never hear of the leases.
    if (context.IsCancelled()) return absl::CancelledError("the worker left");
    ASSIGN_OR_RETURN(QueueStore::Leased leased,
                     store_.Lease(request.worker(), request.max_calls()));
    const auto left = std::chrono::ceil<milliseconds>(give_up - steady_clock::now());
    if (!leased.calls.empty() || left.count() <= 0) return ToResponse(std::move(leased));
    uint64_t unchanged = seen;
    calls_due_.Wait(unchanged, std::min(left, kLookEvery));
  }
}

absl::StatusOr<v1::RenewLeasesResponse> CallQueueService::Renew(
    const v1::RenewLeasesRequest& request) {
  RETURN_IF_ERROR(Check(request));
  ASSIGN_OR_RETURN(const QueueStore::Renewed renewed, store_.Renew(LeasesOf(request)));
  v1::RenewLeasesResponse response;
  *response.mutable_lease_expire_time() = callimport::ToProto(renewed.until);
  for (const auto& lease : renewed.lost) *response.add_lost() = ToProto(lease);
  for (const auto& lease : renewed.cancelled) *response.add_cancelled() = ToProto(lease);
  return response;
}

absl::StatusOr<v1::ReportOutcomesResponse> CallQueueService::Report(
    const v1::ReportOutcomesRequest& request) {
  RETURN_IF_ERROR(Check(request));
  ASSIGN_OR_RETURN(const auto stale, store_.ReportOutcomes(ReportsOf(request)));
  v1::ReportOutcomesResponse response;
  for (const auto& lease : stale) *response.add_stale() = ToProto(lease);
  return response;
}

absl::StatusOr<v1::ReleaseCallsResponse> CallQueueService::Release(
    const v1::ReleaseCallsRequest& request) {
  RETURN_IF_ERROR(Check(request));
  RETURN_IF_ERROR(store_.Release(LeasesOf(request)));
  return v1::ReleaseCallsResponse();
}

absl::StatusOr<v1::RegisterUploadResponse> CallQueueService::Register(
    const rpc::Caller& caller, const v1::RegisterUploadRequest& request) {
  RETURN_IF_ERROR(Check(request));
  ASSIGN_OR_RETURN(QueueStore::RegisteredUpload registered,
                   store_.RegisterUpload({.workspace_id = request.workspace_id(),
                                          .content_sha256 = request.content_sha256(),
                                          .title = request.title(),
                                          .worker = request.worker(),
                                          .allow_duplicate = request.allow_duplicate(),
                                          .actor = request.has_uploaded_by() ? request.uploaded_by()
                                                                             : caller.ToActor(),
                                          .correlation_id = CurrentCorrelationId()}));
  v1::RegisterUploadResponse response;
  response.set_job_id(registered.job_id);
  response.set_call_id(registered.call_id);
  response.set_duplicate(!registered.leased);
  response.set_engagement_id(registered.engagement_id);
  if (registered.leased) *response.mutable_leased() = ToProto(*std::move(registered.leased));
  return response;
}

}  // namespace callimport::job_scheduler
