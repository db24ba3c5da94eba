#include "tests/e2e/inbox_follower.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "tests/e2e/eventually.h"

namespace callimport::e2e {

namespace gateway = adapter_gateway::v1;

InboxFollower::InboxFollower(std::unique_ptr<Inbox> inbox)
    : inbox_(std::move(inbox)), thread_([this](const std::stop_token& stop) { Run(stop); }) {}

std::vector<std::string> InboxFollower::Announced() {
  std::lock_guard lock(mutex_);
  return announced_;
}

std::map<std::string, int> InboxFollower::Seen() {
  std::map<std::string, int> seen;
  for (const std::string& call : Announced()) ++seen[call];
  return seen;
}

bool InboxFollower::Awaits(const std::set<std::string>& calls, std::chrono::milliseconds patience) {
  return Eventually(patience, [&] {
    const auto seen = Seen();
    return std::ranges::all_of(calls, [&](const auto& call) { return seen.contains(call); });
  });
}

void InboxFollower::Run(const std::stop_token& stop) {
  constexpr std::chrono::milliseconds kPause{50};
  while (!stop.stop_requested()) {
    grpc::ClientContext context;
    gateway::WatchWebhooksRequest request;
    request.set_after_revision(revision_);
    const std::stop_callback cancel(stop, [&] { context.TryCancel(); });
    const auto reader = inbox_->WatchWebhooks(&context, request);
    gateway::WatchWebhooksResponse message;
    while (reader->Read(&message)) Take(message);
    reader->Finish();
    // As a client does whose gateway is away.
    Eventually(kPause, [&] { return stop.stop_requested(); });
  }
}

void InboxFollower::Take(const gateway::WatchWebhooksResponse& message) {
  std::lock_guard lock(mutex_);
  for (const gateway::WebhookEvent& event : message.events()) {
    EXPECT_GT(event.revision(), revision_);
    revision_ = event.revision();
    announced_.push_back(event.source_call_id());
  }
}

}  // namespace callimport::e2e
