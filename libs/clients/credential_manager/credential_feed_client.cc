#include "libs/clients/credential_manager/credential_feed_client.h"

#include "callimport/credential_manager/v1/credential_lifecycle.grpc.pb.h"
#include "libs/rpc/invoke.h"
#include "libs/rpc/read_stream.h"

namespace callimport::credential_manager {
namespace {

using Stub = v1::CredentialLifecycle::Stub;

const rpc::InvokeOptions kPatient{.timeout = std::chrono::seconds(5), .attempts = 3};

class GrpcCredentialFeedClient : public CredentialFeedClient {
 public:
  explicit GrpcCredentialFeedClient(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(v1::CredentialLifecycle::NewStub(channel)) {}

  absl::StatusOr<v1::GetCredentialSnapshotResponse> GetSnapshot(
      const std::string& page_token) override {
    v1::GetCredentialSnapshotRequest request;
    request.set_page_token(page_token);
    return rpc::Invoke(*stub_, &Stub::GetCredentialSnapshot, request, kPatient);
  }

  absl::Status Watch(int64_t after_revision, const CredentialEventSink& sink,
                     const std::stop_token& stop) override {
    v1::WatchCredentialsRequest request;
    request.set_after_revision(after_revision);
    return rpc::FollowStream(*stub_, &Stub::WatchCredentials, request, sink, stop);
  }

 private:
  std::unique_ptr<Stub> stub_;
};

}  // namespace

std::unique_ptr<CredentialFeedClient> MakeCredentialFeedClient(
    const std::shared_ptr<grpc::Channel>& channel) {
  return std::make_unique<GrpcCredentialFeedClient>(channel);
}

}  // namespace callimport::credential_manager
