// MassImports: moves a whole workspace over at once.
#pragma once

#include "absl/status/statusor.h"
#include "callimport/job_scheduler/v1/mass_imports.grpc.pb.h"
#include "libs/rpc/caller.h"
#include "services/job-scheduler/planning/mass_import_driver.h"
#include "services/job-scheduler/storage/workspace_store.h"

namespace callimport::job_scheduler {

class MassImportsService final : public v1::MassImports::Service {
 public:
  MassImportsService(MassImportStore& store, MassImportDriver& driver, JobStore& jobs,
                     WorkspaceStore& workspaces)
      : store_(store), driver_(driver), jobs_(jobs), workspaces_(workspaces) {}

  grpc::Status BeginMassImport(grpc::ServerContext* context,
                               const v1::BeginMassImportRequest* request,
                               v1::BeginMassImportResponse* response) override;
  grpc::Status GetMassImport(grpc::ServerContext* context, const v1::GetMassImportRequest* request,
                             v1::GetMassImportResponse* response) override;
  grpc::Status ResetRun(grpc::ServerContext* context, const v1::ResetRunRequest* request,
                        v1::ResetRunResponse* response) override;
  grpc::Status EndMassImport(grpc::ServerContext* context, const v1::EndMassImportRequest* request,
                             v1::EndMassImportResponse* response) override;

 private:
  absl::StatusOr<v1::BeginMassImportResponse> Begin(const rpc::Caller& caller,
                                                    const v1::BeginMassImportRequest& request);
  absl::StatusOr<v1::GetMassImportResponse> Get(const v1::GetMassImportRequest& request);
  absl::StatusOr<v1::ResetRunResponse> Reset(const rpc::Caller& caller,
                                             const v1::ResetRunRequest& request);
  absl::StatusOr<v1::EndMassImportResponse> End(const rpc::Caller& caller,
                                                const v1::EndMassImportRequest& request);
  absl::StatusOr<v1::MassImport> Show(const MassImport& import);
  MassImport GoOn(const MassImport& import);

  MassImportStore& store_;
  MassImportDriver& driver_;
  JobStore& jobs_;
  WorkspaceStore& workspaces_;
};

}  // namespace callimport::job_scheduler
