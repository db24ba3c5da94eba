// Leases of access, asked for as adapter-gateway does, many at a time.
#pragma once

#include <grpcpp/channel.h>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "callimport/credential_manager/v1/credential_vault.grpc.pb.h"
#include "tests/bench/latencies.h"

namespace callimport::bench {

class AccessLoad {
 public:
  using Request = credential_manager::v1::LeaseAccessRequest;

  struct Result {
    double seconds = 0;
    // Not answered with a lease, as when the vault is asked for more than it can do.
    int64_t refused = 0;
    // From when a lease was to be asked for until it was there.
    Latencies latencies;
  };

  // Asks for these in turn.
  AccessLoad(std::shared_ptr<grpc::Channel> channel, std::vector<Request> requests);

  // Both fail only when nothing was leased.

  // Every answer lets the next one go: what is reached at most.
  absl::StatusOr<Result> RunAtMost(int64_t count, int in_flight);

  // One after the other at this rate, whether the ones before are answered or not.
  absl::StatusOr<Result> RunAtRate(int64_t count, double per_second);

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;
  struct Rpc;

  void Begin(int64_t count, bool answers_go_on);
  void Start(SteadyTime due);
  void Ended(const Rpc& rpc, const grpc::Status& status);
  absl::StatusOr<Result> Await();

  const std::unique_ptr<credential_manager::v1::CredentialVault::Stub> stub_;
  const std::vector<Request> requests_;

  std::mutex mutex_;
  std::condition_variable ended_;
  SteadyTime begin_;
  bool answers_go_on_ = false;
  int64_t count_ = 0;
  int64_t started_ = 0;
  int64_t answered_ = 0;
  int64_t refused_ = 0;
  Latencies latencies_;
  // The first refusal.
  absl::Status status_;
};

}  // namespace callimport::bench
