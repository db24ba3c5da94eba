// Telling credential-manager when jobs need their credentials. Only job-scheduler does.
#pragma once

#include <grpcpp/channel.h>

#include <memory>

#include "absl/status/statusor.h"
#include "callimport/credential_manager/v1/credential_lifecycle.pb.h"

namespace callimport::credential_manager {

// What CredentialLifecycle promises; its proto says which errors there are.
class CredentialLifecycleClient {
 public:
  virtual ~CredentialLifecycleClient() = default;
  virtual absl::StatusOr<v1::ReleaseResponse> Release(const v1::ReleaseRequest& request) = 0;
  virtual absl::StatusOr<v1::RetainResponse> Retain(const v1::RetainRequest& request) = 0;
  virtual absl::StatusOr<v1::PromoteResponse> Promote(const v1::PromoteRequest& request) = 0;
};

std::unique_ptr<CredentialLifecycleClient> MakeCredentialLifecycleClient(
    const std::shared_ptr<grpc::Channel>& channel);

}  // namespace callimport::credential_manager
