// What people do with imports.
#pragma once

#include <string>

#include "callimport/job_scheduler/v1/job_scheduler.grpc.pb.h"
#include "libs/rpc/caller.h"
#include "services/job-scheduler/api/call_remapper.h"
#include "services/job-scheduler/api/explainer.h"
#include "services/job-scheduler/api/import_preview.h"
#include "services/job-scheduler/api/import_source.h"
#include "services/job-scheduler/api/job_orders.h"
#include "services/job-scheduler/credentials/credential_releaser.h"
#include "services/job-scheduler/storage/job_store.h"
#include "services/job-scheduler/storage/workspace_store.h"

namespace callimport::job_scheduler {

class JobSchedulerService final : public v1::JobScheduler::Service {
 public:
  JobSchedulerService(JobStore& store, WorkspaceStore& workspaces, ImportPreview& preview,
                      ImportSource& source, CredentialReleaser& credentials,
                      KeptRecords& kept_records, CallRemapper& remapper, Explainer& explainer,
                      const Clock& clock)
      : orders_(store, credentials, kept_records),
        store_(store),
        workspaces_(workspaces),
        preview_(preview),
        source_(source),
        credentials_(credentials),
        remapper_(remapper),
        explainer_(explainer),
        clock_(clock) {}

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
  grpc::Status PauseImportJob(grpc::ServerContext* context,
                              const v1::PauseImportJobRequest* request,
                              v1::PauseImportJobResponse* response) override;
  grpc::Status ResumeImportJob(grpc::ServerContext* context,
                               const v1::ResumeImportJobRequest* request,
                               v1::ResumeImportJobResponse* response) override;
  grpc::Status RunImportJobNow(grpc::ServerContext* context,
                               const v1::RunImportJobNowRequest* request,
                               v1::RunImportJobNowResponse* response) override;
  grpc::Status ListFailureCauses(grpc::ServerContext* context,
                                 const v1::ListFailureCausesRequest* request,
                                 v1::ListFailureCausesResponse* response) override;
  grpc::Status ListImportWarnings(grpc::ServerContext* context,
                                  const v1::ListImportWarningsRequest* request,
                                  v1::ListImportWarningsResponse* response) override;
  grpc::Status ExplainWait(grpc::ServerContext* context, const v1::ExplainWaitRequest* request,
                           v1::ExplainWaitResponse* response) override;
  grpc::Status ExplainPolicy(grpc::ServerContext* context, const v1::ExplainPolicyRequest* request,
                             v1::ExplainPolicyResponse* response) override;
  grpc::Status VerifyEffects(grpc::ServerContext* context, const v1::VerifyEffectsRequest* request,
                             v1::VerifyEffectsResponse* response) override;
  grpc::Status RemapCalls(grpc::ServerContext* context, const v1::RemapCallsRequest* request,
                          v1::RemapCallsResponse* response) override;

 private:
  absl::StatusOr<v1::CreateImportJobResponse> Create(const rpc::Caller& caller,
                                                     const v1::CreateImportJobRequest& request);
  absl::StatusOr<ImportJob> Store(ImportJob job, const v1::CreateImportJobRequest& request);
  absl::StatusOr<ImportJob> StoreWithCredential(const ImportJob& job,
                                                const v1::CreateImportJobRequest& request);
  absl::StatusOr<v1::GetImportJobResponse> Get(const v1::GetImportJobRequest& request);
  absl::StatusOr<v1::ListImportJobsResponse> List(const v1::ListImportJobsRequest& request);
  absl::StatusOr<v1::ListImportCallsResponse> ListCalls(const v1::ListImportCallsRequest& request);

  JobOrders orders_;
  JobStore& store_;
  WorkspaceStore& workspaces_;
  ImportPreview& preview_;
  ImportSource& source_;
  CredentialReleaser& credentials_;
  CallRemapper& remapper_;
  Explainer& explainer_;
  const Clock& clock_;
};

}  // namespace callimport::job_scheduler
