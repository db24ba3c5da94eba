// Something that is done again and again on a thread of its own.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "absl/status/status.h"

namespace callimport::rpc {

class PeriodicTask {
 public:
  PeriodicTask(std::chrono::milliseconds period, std::string name,
               std::function<absl::Status()> task);
  // Stops and waits.
  ~PeriodicTask();

  void Start();
  // Lets a run end that is under way; stopping twice, or before the start, is fine.
  void Stop();

 private:
  void Run();
  bool WaitForNext();

  const std::chrono::milliseconds period_;
  const std::string name_;
  const std::function<absl::Status()> task_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace callimport::rpc
