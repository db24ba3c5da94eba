// The WebhookInbox rpcs: what vendors announced, followed, held, listed and announced again.
#pragma once

#include "callimport/adapter_gateway/v1/webhook_inbox.grpc.pb.h"
#include "libs/feed/feed_streams.h"
#include "libs/rpc/caller.h"
#include "services/adapter-gateway/storage/webhook_store.h"
#include "services/adapter-gateway/webhooks/subscriber.h"

namespace callimport::adapter_gateway {

class WebhookInboxService final
    : public v1::WebhookInbox::WithCallbackMethod_WatchWebhooks<v1::WebhookInbox::Service> {
 public:
  // `appended` is raised after what this process stores; its Close ends the streams.
  WebhookInboxService(WebhookStore& store, WebhookSubscriber& subscriber,
                      feed::FeedSignal& appended, const Clock& clock);

  grpc::ServerWriteReactor<v1::WatchWebhooksResponse>* WatchWebhooks(
      grpc::CallbackServerContext* context, const v1::WatchWebhooksRequest* request) override;
  grpc::Status SetWebhookHold(grpc::ServerContext* context,
                              const v1::SetWebhookHoldRequest* request,
                              v1::SetWebhookHoldResponse* response) override;
  grpc::Status ReplayWebhooks(grpc::ServerContext* context,
                              const v1::ReplayWebhooksRequest* request,
                              v1::ReplayWebhooksResponse* response) override;
  grpc::Status ListWebhooks(grpc::ServerContext* context, const v1::ListWebhooksRequest* request,
                            v1::ListWebhooksResponse* response) override;
  grpc::Status ListSubscriptions(grpc::ServerContext* context,
                                 const v1::ListSubscriptionsRequest* request,
                                 v1::ListSubscriptionsResponse* response) override;
  grpc::Status Subscribe(grpc::ServerContext* context, const v1::SubscribeRequest* request,
                         v1::SubscribeResponse* response) override;

 private:
  using Streams = feed::FeedStreams<v1::WatchWebhooksResponse>;

  absl::StatusOr<Streams::Page> ReadPage(int64_t after);
  absl::StatusOr<v1::SetWebhookHoldResponse> SetHold(const rpc::Caller& caller,
                                                     const v1::SetWebhookHoldRequest& request);
  absl::StatusOr<v1::ReplayWebhooksResponse> Replay(const rpc::Caller& caller,
                                                    const v1::ReplayWebhooksRequest& request);
  absl::StatusOr<v1::ListWebhooksResponse> List(const v1::ListWebhooksRequest& request);
  absl::StatusOr<v1::ListSubscriptionsResponse> Subscriptions(
      const v1::ListSubscriptionsRequest& request);
  absl::StatusOr<v1::SubscribeResponse> SubscribeFor(const grpc::ServerContext& context,
                                                     const rpc::Caller& caller,
                                                     const v1::SubscribeRequest& request);

  WebhookStore& store_;
  WebhookSubscriber& subscriber_;
  feed::FeedSignal& appended_;
  const Clock& clock_;
  Streams streams_;
};

}  // namespace callimport::adapter_gateway
