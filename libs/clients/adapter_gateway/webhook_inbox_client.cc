#include "libs/clients/adapter_gateway/webhook_inbox_client.h"

#include "callimport/adapter_gateway/v1/webhook_inbox.grpc.pb.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/invoke.h"
#include "libs/rpc/status.h"

namespace callimport::adapter_gateway {
namespace {

using Stub = v1::WebhookInbox::Stub;

constexpr std::chrono::hours kWatchTimeout{1};
// Letting go of an hour of webhooks takes a while.
const rpc::InvokeOptions kPatient{.timeout = std::chrono::minutes(2), .attempts = 3};

class GrpcWebhookInboxClient : public WebhookInboxClient {
 public:
  explicit GrpcWebhookInboxClient(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(v1::WebhookInbox::NewStub(channel)) {}

  absl::Status Watch(int64_t after_revision, const WebhookSink& sink,
                     const std::stop_token& stop) override {
    v1::WatchWebhooksRequest request;
    request.set_after_revision(after_revision);
    grpc::ClientContext context;
    rpc::Prepare(context, kWatchTimeout);
    const auto reader = stub_->WatchWebhooks(&context, request);
    const std::stop_callback cancel(stop, [&] { context.TryCancel(); });
    const absl::Status received = Receive(*reader, sink);
    if (!received.ok()) context.TryCancel();
    const absl::Status ended = rpc::FromGrpcStatus(reader->Finish());
    RETURN_IF_ERROR(received);
    return absl::IsDeadlineExceeded(ended) ? absl::OkStatus() : ended;
  }

  absl::StatusOr<v1::SetWebhookHoldResponse> SetHold(
      const v1::SetWebhookHoldRequest& request) override {
    return rpc::Invoke(*stub_, &Stub::SetWebhookHold, request, kPatient);
  }

 private:
  static absl::Status Receive(grpc::ClientReader<v1::WatchWebhooksResponse>& reader,
                              const WebhookSink& sink) {
    v1::WatchWebhooksResponse message;
    while (reader.Read(&message)) RETURN_IF_ERROR(sink(message));
    return absl::OkStatus();
  }

  std::unique_ptr<Stub> stub_;
};

}  // namespace

std::unique_ptr<WebhookInboxClient> MakeWebhookInboxClient(
    const std::shared_ptr<grpc::Channel>& channel) {
  return std::make_unique<GrpcWebhookInboxClient>(channel);
}

}  // namespace callimport::adapter_gateway
