// A few threads that do what they are given, in order.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace callimport::media_pipeline {

// The queue holds one task a call in hand, so whoever bounds those bounds it.
class TaskPool {
 public:
  explicit TaskPool(int threads);
  ~TaskPool() { Stop(); }

  // After Stop, tasks are dropped.
  void Submit(std::function<void()> task);

  // Drops what has not begun, and waits for what has.
  void Stop();

 private:
  void Run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> tasks_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace callimport::media_pipeline
