// What people do with imports.
#pragma once

#include <string>

#include "callimport/job_scheduler/v1/job_scheduler.grpc.pb.h"
#include "libs/clients/adapter_gateway/call_catalog_client.h"
#include "libs/rpc/caller.h"
#include "services/job-scheduler/credentials/credential_releaser.h"
#include "services/job-scheduler/storage/job_store.h"

namespace callimport::job_scheduler {

class JobSchedulerService final : public v1::JobScheduler::Service {
 public:
  JobSchedulerService(JobStore& store, adapter_gateway::CallCatalogClient& catalog,
                      CredentialReleaser& credentials, const Clock& clock)
      : store_(store), catalog_(catalog), credentials_(credentials), clock_(clock) {}

  grpc::Status PreviewImport(grpc::ServerContext* context, const v1::PreviewImportRequest* request,
                             v1::PreviewImportResponse* response) override;
  grpc::Status CreateImportJob(grpc::ServerContext* context,
                               const v1::CreateImportJobRequest* request,
                               v1::CreateImportJobResponse* response) override;
  grpc::Status GetImportJob(grpc::ServerContext* context, const v1::GetImportJobRequest* request,
                            v1::GetImportJobResponse* response) override;
  grpc::Status ListImportJobs(grpc::ServerContext* context,
                              const v1::ListImportJobsRequest* request,
                              v1::ListImportJobsResponse* response) override;
  grpc::Status ListImportCalls(grpc::ServerContext* context,
                               const v1::ListImportCallsRequest* request,
                               v1::ListImportCallsResponse* response) override;
  grpc::Status CancelImportJob(grpc::ServerContext* context,
                               const v1::CancelImportJobRequest* request,
                               v1::CancelImportJobResponse* response) override;
  grpc::Status RetryFailed(grpc::ServerContext* context, const v1::RetryFailedRequest* request,
                           v1::RetryFailedResponse* response) override;

 private:
  absl::StatusOr<v1::PreviewImportResponse> Preview(const v1::PreviewImportRequest& request);
  absl::StatusOr<v1::CreateImportJobResponse> Create(const rpc::Caller& caller,
                                                     const v1::CreateImportJobRequest& request);
  absl::StatusOr<v1::GetImportJobResponse> Get(const v1::GetImportJobRequest& request);
  absl::StatusOr<v1::ListImportJobsResponse> List(const v1::ListImportJobsRequest& request);
  absl::StatusOr<v1::ListImportCallsResponse> ListCalls(const v1::ListImportCallsRequest& request);
  absl::StatusOr<v1::CancelImportJobResponse> Cancel(const v1::CancelImportJobRequest& request);
  absl::StatusOr<v1::RetryFailedResponse> Retry(const v1::RetryFailedRequest& request);

  JobStore& store_;
  adapter_gateway::CallCatalogClient& catalog_;
  CredentialReleaser& credentials_;
  const Clock& clock_;
};

}  // namespace callimport::job_scheduler
