// A few threads for what may wait, so that callback handlers never do.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace callimport::rpc {

class BlockingThreads {
 public:
  BlockingThreads(int threads, size_t max_waiting);
  ~BlockingThreads();

  // False when too many wait already, or after Stop: the work is not taken.
  bool Post(std::function<void()> work);

  // What waits is dropped, and what runs is waited for. Stopping twice is fine.
  void Stop();

 private:
  void Run();

  const size_t max_waiting_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace callimport::rpc
