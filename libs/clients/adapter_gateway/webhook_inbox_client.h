// Following what vendors announced, and holding it back while there is no use for it.
#pragma once

#include <grpcpp/channel.h>

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "absl/status/statusor.h"
#include "callimport/adapter_gateway/v1/webhook_inbox.pb.h"

namespace callimport::adapter_gateway {

// Gets every message in order, on the calling thread; an error of its own ends the watch.
using WebhookSink = std::function<absl::Status(const v1::WatchWebhooksResponse& message)>;

// What WebhookInbox promises; its proto says which errors there are.
class WebhookInboxClient {
 public:
  virtual ~WebhookInboxClient() = default;

  // Returns when the gateway ends the stream, when it has been open for an hour (OK: follow
  // again), or with CANCELLED soon after a stop. Without a revision: what comes from now on.
  virtual absl::Status Watch(std::optional<int64_t> after_revision, const WebhookSink& sink,
                             const std::stop_token& stop) = 0;

  virtual absl::StatusOr<v1::SetWebhookHoldResponse> SetHold(
      const v1::SetWebhookHoldRequest& request) = 0;
};

std::unique_ptr<WebhookInboxClient> MakeWebhookInboxClient(
    const std::shared_ptr<grpc::Channel>& channel);

}  // namespace callimport::adapter_gateway
