// Following what becomes of credentials. No secret can be read here.
#pragma once

#include <grpcpp/channel.h>

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "absl/status/statusor.h"
#include "callimport/credential_manager/v1/credential_lifecycle.pb.h"

namespace callimport::credential_manager {

// Gets every message in order, on the calling thread; an error of its own ends the watch.
using CredentialEventSink =
    std::function<absl::Status(const v1::WatchCredentialsResponse& message)>;

// What CredentialLifecycle promises to watchers; its proto says which errors there are.
class CredentialFeedClient {
 public:
  virtual ~CredentialFeedClient() = default;

  // One page of the live credentials.
  virtual absl::StatusOr<v1::GetCredentialSnapshotResponse> GetSnapshot(
      const std::string& page_token) = 0;

  // Returns when the vault ends the stream, when it has been open for an hour (OK: follow again),
  // or with CANCELLED soon after a stop.
  virtual absl::Status Watch(int64_t after_revision, const CredentialEventSink& sink,
                             const std::stop_token& stop) = 0;
};

std::unique_ptr<CredentialFeedClient> MakeCredentialFeedClient(
    const std::shared_ptr<grpc::Channel>& channel);

}  // namespace callimport::credential_manager
