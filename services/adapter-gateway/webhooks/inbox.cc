#include "services/adapter-gateway/webhooks/inbox.h"

#include <algorithm>
#include <utility>

#include "libs/common/errors.h"
#include "libs/telemetry/log.h"

namespace callimport::adapter_gateway {

namespace {

size_t BytesOf(const IncomingWebhook& webhook) {
  return webhook.body.size() + webhook.event.size() + webhook.headers.size();
}

}  // namespace

WebhookInbox::WebhookInbox(StoreWebhooks store, feed::FeedSignal& appended, Bounds bounds)
    : store_(std::move(store)), appended_(appended), bounds_(bounds) {
  for (int i = 0; i < bounds_.batches_at_once; ++i) {
    threads_.emplace_back([this](const std::stop_token& stop) { Work(stop); });
  }
}

WebhookInbox::~WebhookInbox() {
  for (std::jthread& thread : threads_) thread.request_stop();
  threads_.clear();
}

bool WebhookInbox::Enqueue(IncomingWebhook webhook, Answer answer, size_t part) {
  {
    std::lock_guard lock(mutex_);
    if (queue_.size() >= bounds_.max_waiting / part) return false;
    if (waiting_bytes_ + BytesOf(webhook) > bounds_.max_waiting_bytes / part) return false;
    waiting_bytes_ += BytesOf(webhook);
    queue_.emplace_back(std::move(webhook), std::move(answer));
  }
  changed_.notify_one();
  return true;
}

absl::StatusOr<WebhookReceipt> WebhookInbox::Store(IncomingWebhook webhook) {
  Answer answer;
  auto stored = answer.get_future();
  if (!Enqueue(std::move(webhook), std::move(answer), 1)) {
    return Error(absl::StatusCode::kResourceExhausted, "INBOX_FULL",
                 "too many deliveries wait to be stored");
  }
  if (stored.wait_for(bounds_.patience) != std::future_status::ready) {
    return Error(absl::StatusCode::kDeadlineExceeded, "INBOX_SLOW",
                 "the delivery was not stored in time");
  }
  return stored.get();
}

void WebhookInbox::StoreLater(IncomingWebhook webhook) { Enqueue(std::move(webhook), Answer(), 2); }

void WebhookInbox::Work(const std::stop_token& stop) {
  for (Batch batch = Take(stop); !batch.webhooks.empty(); batch = Take(stop)) {
    Settle(std::move(batch));
  }
}

WebhookInbox::Batch WebhookInbox::Take(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, stop, [this] { return !queue_.empty(); });
  Batch batch;
  size_t bytes = 0;
  while (!queue_.empty() && batch.webhooks.size() < bounds_.max_batch) {
    const size_t next = BytesOf(queue_.front().first);
    if (bytes > 0 && bytes + next > bounds_.max_batch_bytes) break;
    bytes += next;
    waiting_bytes_ -= next;
    batch.webhooks.push_back(std::move(queue_.front().first));
    batch.answers.push_back(std::move(queue_.front().second));
    queue_.pop_front();
  }
  return batch;
}

void WebhookInbox::Settle(Batch batch) {
  auto receipts = store_(batch.webhooks);
  const bool one_by_one = absl::IsInternal(receipts.status()) && batch.webhooks.size() > 1;
  if (one_by_one) {
    // Something in one of them spoils the statement: the others must not suffer for it.
    for (size_t i = 0; i < batch.answers.size(); ++i) {
      Batch single;
      single.webhooks.push_back(std::move(batch.webhooks[i]));
      single.answers.push_back(std::move(batch.answers[i]));
      Settle(std::move(single));
    }
    return;
  }
  if (!receipts.ok()) {
    log::Warning("webhooks could not be stored",
                 {{"deliveries", batch.webhooks.size()}, {"status", receipts.status()}});
  }
  for (size_t i = 0; i < batch.answers.size(); ++i) {
    if (receipts.ok()) {
      batch.answers[i].set_value(std::move((*receipts)[i]));
    } else {
      batch.answers[i].set_value(receipts.status());
    }
  }
  if (receipts.ok()) appended_.Raise();
}

}  // namespace callimport::adapter_gateway
