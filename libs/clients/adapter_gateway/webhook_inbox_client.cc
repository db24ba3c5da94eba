#include "libs/clients/adapter_gateway/webhook_inbox_client.h"

#include "callimport/adapter_gateway/v1/webhook_inbox.grpc.pb.h"
#include "libs/rpc/invoke.h"
#include "libs/rpc/read_stream.h"

namespace callimport::adapter_gateway {
namespace {

using Stub = v1::WebhookInbox::Stub;

// Letting go of an hour of webhooks takes a while.
const rpc::InvokeOptions kPatient{.timeout = std::chrono::minutes(2), .attempts = 3};

class GrpcWebhookInboxClient : public WebhookInboxClient {
 public:
  explicit GrpcWebhookInboxClient(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(v1::WebhookInbox::NewStub(channel)) {}

  absl::Status Watch(std::optional<int64_t> after_revision, const WebhookSink& sink,
                     const std::stop_token& stop) override {
    v1::WatchWebhooksRequest request;
    request.set_after_revision(after_revision.value_or(0));
    request.set_from_newest(!after_revision);
    return rpc::FollowStream(*stub_, &Stub::WatchWebhooks, request, sink, stop);
  }

  absl::StatusOr<v1::SetWebhookHoldResponse> SetHold(
      const v1::SetWebhookHoldRequest& request) override {
    return rpc::Invoke(*stub_, &Stub::SetWebhookHold, request, kPatient);
  }

 private:
  std::unique_ptr<Stub> stub_;
};

}  // namespace

std::unique_ptr<WebhookInboxClient> MakeWebhookInboxClient(
    const std::shared_ptr<grpc::Channel>& channel) {
  return std::make_unique<GrpcWebhookInboxClient>(channel);
}

}  // namespace callimport::adapter_gateway
