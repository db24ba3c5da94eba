// Stores deliveries that come at the same time by one transaction: the commit, which waits for the
// disk, and the head of the feed, which only one transaction at a time can have, are paid once for
// all of them. There is no waiting for more to come: what comes while all batches are under way is
// the next one.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/feed/feed_signal.h"
#include "services/adapter-gateway/domain/webhook.h"

namespace callimport::adapter_gateway {

// What became of each, in their order; all or nothing. Must not throw.
using StoreWebhooks =
    std::function<absl::StatusOr<std::vector<WebhookReceipt>>(const std::vector<IncomingWebhook>&)>;

class WebhookInbox {
 public:
  struct Bounds {
    size_t max_batch = 256;
    size_t max_batch_bytes = 16 << 20;
    size_t max_waiting = 4'096;
    // While the database is away; what is stored at this moment comes on top.
    size_t max_waiting_bytes = 64 << 20;
    // The second prepares while the first commits.
    int batches_at_once = 2;
    // Vendors give up after three seconds.
    std::chrono::milliseconds patience{2'500};
  };

  // `appended` is raised after each commit.
  WebhookInbox(StoreWebhooks store, feed::FeedSignal& appended, Bounds bounds);
  WebhookInbox(StoreWebhooks store, feed::FeedSignal& appended)
      : WebhookInbox(std::move(store), appended, Bounds()) {}

  // What waits is stored first.
  ~WebhookInbox();

  // Returns when it is durable. RESOURCE_EXHAUSTED (INBOX_FULL), DEADLINE_EXCEEDED (INBOX_SLOW):
  // it may have been stored all the same, and sending it again is safe.
  absl::StatusOr<WebhookReceipt> Store(IncomingWebhook webhook);

  // Without waiting, and dropped where the inbox is half full: what nobody relies on.
  void StoreLater(IncomingWebhook webhook);

 private:
  using Answer = std::promise<absl::StatusOr<WebhookReceipt>>;
  struct Batch {
    std::vector<IncomingWebhook> webhooks;
    std::vector<Answer> answers;
  };

  // False where this part of the room, a whole or a half, is taken.
  bool Enqueue(IncomingWebhook webhook, Answer answer, size_t part);
  void Work(const std::stop_token& stop);
  Batch Take(const std::stop_token& stop);
  void Settle(Batch batch);

  const StoreWebhooks store_;
  feed::FeedSignal& appended_;
  const Bounds bounds_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<std::pair<IncomingWebhook, Answer>> queue_;
  size_t waiting_bytes_ = 0;
  std::vector<std::jthread> threads_;
};

}  // namespace callimport::adapter_gateway
