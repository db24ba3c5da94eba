// Looking credentials up, without their secrets, and having them destroyed.
#pragma once

#include <grpcpp/channel.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "callimport/credential_manager/v1/credential.pb.h"

namespace callimport::credential_manager {

// What CredentialAdmin promises; its proto says which errors there are.
class CredentialAdminClient {
 public:
  virtual ~CredentialAdminClient() = default;

  virtual absl::StatusOr<v1::Credential> Get(const std::string& workspace_id,
                                             const std::string& credential_id) = 0;

  // Fine when it was deleted before.
  virtual absl::Status Delete(const std::string& workspace_id,
                              const std::string& credential_id) = 0;
};

std::unique_ptr<CredentialAdminClient> MakeCredentialAdminClient(
    const std::shared_ptr<grpc::Channel>& channel);

}  // namespace callimport::credential_manager
