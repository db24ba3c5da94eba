// Runs a task again and again on a thread of its own. Inside libs/rpc only.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "libs/telemetry/metrics.h"

namespace callimport::rpc {

class PeriodicTask {
 public:
  PeriodicTask(std::chrono::milliseconds period, std::string name,
               std::function<absl::Status()> task);
  ~PeriodicTask();

  void Start();

  // No run begins any more. One that is under way goes on.
  void AskToStop();

  // Waits for the run under way, if any.
  void Join();

 private:
  void Loop();
  void RunOnce();
  bool WaitForNext();
  bool stopping();

  const std::chrono::milliseconds period_;
  const std::string name_;
  const std::function<absl::Status()> task_;
  metrics::Counter failures_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace callimport::rpc
