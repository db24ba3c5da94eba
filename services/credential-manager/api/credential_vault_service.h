// CredentialVault: where secrets go in and come out.
#pragma once

#include <chrono>

#include "absl/status/statusor.h"
#include "callimport/credential_manager/v1/credential_vault.grpc.pb.h"
#include "libs/common/clock.h"
#include "libs/common/thread_pool.h"
#include "libs/rpc/answer_later.h"
#include "libs/rpc/caller.h"
#include "services/credential-manager/oauth/token_refresher.h"
#include "services/credential-manager/storage/credential_store.h"

namespace callimport::credential_manager {

// LeaseAccess is answered from the thread that has committed it: asked for thousands of times a
// second, it would otherwise cost most for threads that fall asleep and are woken.
class CredentialVaultService final
    : public v1::CredentialVault::WithCallbackMethod_LeaseAccess<v1::CredentialVault::Service> {
 public:
  // `refresher` may be null: then tokens are leased as they are.
  CredentialVaultService(CredentialStore& store, const Clock& clock,
                         TokenRefresher* refresher = nullptr);

  grpc::Status StoreCredential(grpc::ServerContext* context,
                               const v1::StoreCredentialRequest* request,
                               v1::StoreCredentialResponse* response) override;
  grpc::ServerUnaryReactor* LeaseAccess(grpc::CallbackServerContext* context,
                                        const v1::LeaseAccessRequest* request,
                                        v1::LeaseAccessResponse* response) override;
  grpc::Status RecordVerification(grpc::ServerContext* context,
                                  const v1::RecordVerificationRequest* request,
                                  v1::RecordVerificationResponse* response) override;

 private:
  absl::StatusOr<v1::StoreCredentialResponse> Store(const v1::StoreCredentialRequest& request);
  using LeaseAnswer = rpc::LaterAnswer<v1::LeaseAccessResponse>;
  void Lease(const rpc::Caller& caller, const v1::LeaseAccessRequest& request,
             std::chrono::milliseconds patience, LeaseAnswer answer);
  bool IsStale(const OpenedCredential& opened, const v1::LeaseAccessRequest& request) const;
  void FreshenAndLease(const v1::LeaseAccessRequest& request, const AuditContext& context,
                       std::chrono::milliseconds patience, LeaseAnswer answer);
  v1::LeaseAccessResponse Hand(const OpenedCredential& opened) const;
  absl::StatusOr<v1::RecordVerificationResponse> Record(
      const rpc::Caller& caller, const v1::RecordVerificationRequest& request);

  CredentialStore& store_;
  const Clock& clock_;
  TokenRefresher* const refresher_;
  // For asking the vendor.
  ThreadPool refreshes_;
};

}  // namespace callimport::credential_manager
