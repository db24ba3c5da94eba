// A vendor that signs and sends webhooks over connections that stay open, as fast as they are
// answered or at a rate.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tests/bench/latencies.h"

namespace callimport::bench {

class WebhookLoad {
 public:
  struct Result {
    double seconds = 0;
    // Answered with 200.
    int64_t accepted = 0;
    int64_t refused = 0;
    Latencies latencies;
  };

  // Sends to these subscriptions of OpenPhone in turn. No two deliveries are the same.
  WebhookLoad(int port, std::vector<std::string> subscriptions)
      : port_(port), subscriptions_(std::move(subscriptions)) {}

  // Each connection sends the next as soon as the last was answered.
  absl::StatusOr<Result> RunAtMost(int64_t count, int connections);
  // One after the other, each at its time.
  absl::StatusOr<Result> RunAtRate(int64_t count, double per_second);

 private:
  absl::StatusOr<Result> RunThread(int64_t first, int64_t count, int connections) const;
  std::string Delivery(int64_t number) const;

  const int port_;
  const std::vector<std::string> subscriptions_;
  int64_t sent_ = 0;
};

}  // namespace callimport::bench
