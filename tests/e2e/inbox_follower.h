// Follows the gateway's inbox of webhooks as job-scheduler does, across restarts.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "callimport/adapter_gateway/v1/webhook_inbox.grpc.pb.h"

namespace callimport::e2e {

using Inbox = adapter_gateway::v1::WebhookInbox::Stub;

class InboxFollower {
 public:
  explicit InboxFollower(std::unique_ptr<Inbox> inbox);

  // The calls that were announced, in order.
  std::vector<std::string> Announced();
  // How often each was.
  std::map<std::string, int> Seen();
  bool Awaits(const std::set<std::string>& calls, std::chrono::milliseconds patience);

 private:
  void Run(const std::stop_token& stop);
  void Take(const adapter_gateway::v1::WatchWebhooksResponse& message);

  const std::unique_ptr<Inbox> inbox_;
  std::mutex mutex_;
  std::vector<std::string> announced_;
  int64_t revision_ = 0;
  std::jthread thread_;
};

}  // namespace callimport::e2e
