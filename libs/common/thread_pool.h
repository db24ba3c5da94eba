// A few threads for what may wait, so that callback handlers and a server's loop never do.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace callimport {

class ThreadPool {
 public:
  ThreadPool(int threads, size_t max_waiting);
  ~ThreadPool() { Stop(); }

  // False when too many wait already, or after Stop: the work is not taken.
  bool Post(std::function<void()> work);

  // What waits is dropped, and what runs is waited for. Stopping twice is fine.
  void Stop();

 private:
  using Work = std::deque<std::function<void()>>;

  void Run();

  const size_t max_waiting_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Work waiting_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace callimport
