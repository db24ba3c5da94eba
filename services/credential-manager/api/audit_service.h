// Audit: what was done, and whether the log of it is as it was written.
#pragma once

#include <mutex>

#include "absl/status/statusor.h"
#include "callimport/credential_manager/v1/audit.grpc.pb.h"
#include "libs/rpc/caller.h"
#include "services/credential-manager/storage/audit_store.h"

namespace callimport::credential_manager {

class AuditService final : public v1::Audit::Service {
 public:
  explicit AuditService(AuditStore& store);

  grpc::Status VerifyAudit(grpc::ServerContext* context, const v1::VerifyAuditRequest* request,
                           grpc::ServerWriter<v1::VerifyAuditResponse>* writer) override;
  grpc::Status ListAudit(grpc::ServerContext* context, const v1::ListAuditRequest* request,
                         v1::ListAuditResponse* response) override;

 private:
  absl::Status Verify(const grpc::ServerContext& context,
                      grpc::ServerWriter<v1::VerifyAuditResponse>& writer);
  absl::StatusOr<v1::ListAuditResponse> List(const rpc::Caller& caller,
                                             const v1::ListAuditRequest& request);

  AuditStore& store_;
  // One verification at a time: it reads the whole table.
  std::mutex verifying_;
};

}  // namespace callimport::credential_manager
