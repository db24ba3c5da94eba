// Many who watch one job, and when each saw which change.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/client_callback.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "callimport/status_tracker/v1/progress.grpc.pb.h"
#include "tests/bench/latencies.h"

namespace callimport::bench {

// Collects what the watchers see. Changes are told apart by the number of completed calls.
class WatchLog {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // A watcher has received a status; `previous` is what it had seen before (-1: nothing).
  void Saw(int64_t previous, int64_t completed, Time now);
  void Ended();

  // The change to `completed` begins now.
  void Expect(int64_t completed);

  // False when patience is over first.
  bool AwaitReady(int64_t watchers, std::chrono::seconds patience);
  bool AwaitSeen(int64_t watchers, std::chrono::seconds patience);
  bool AwaitEnded(int64_t watchers, std::chrono::seconds patience);

  // How many have seen the expected change, and all times from change to watcher.
  int64_t seen() const;
  Latencies latencies() const;

 private:
  bool Await(const int64_t& count, int64_t wanted, std::chrono::seconds patience);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  int64_t ready_ = 0;
  int64_t ended_ = 0;
  int64_t expected_ = 0;
  Time expected_since_;
  int64_t seen_ = 0;
  Latencies latencies_;
};

// One open WatchImport.
class Watcher final
    : public grpc::ClientReadReactor<callimport::status_tracker::v1::WatchImportResponse> {
 public:
  Watcher(const std::shared_ptr<grpc::Channel>& channel, const std::string& workspace_id,
          const std::string& job_id, WatchLog& log);

  void Cancel() { context_.TryCancel(); }

  void OnReadDone(bool ok) override;
  void OnDone(const grpc::Status& status) override;

 private:
  WatchLog& log_;
  const std::unique_ptr<callimport::status_tracker::v1::Progress::Stub> stub_;
  grpc::ClientContext context_;
  callimport::status_tracker::v1::WatchImportRequest request_;
  callimport::status_tracker::v1::WatchImportResponse response_;
  int64_t completed_ = -1;
};

// All of them; they end before it does.
class Watchers {
 public:
  Watchers(const std::vector<std::shared_ptr<grpc::Channel>>& channels, int64_t count,
           const std::string& workspace_id, const std::string& job_id, WatchLog& log);
  ~Watchers();
  Watchers(const Watchers&) = delete;
  Watchers& operator=(const Watchers&) = delete;

 private:
  WatchLog& log_;
  std::vector<std::unique_ptr<Watcher>> watchers_;
};

}  // namespace callimport::bench
