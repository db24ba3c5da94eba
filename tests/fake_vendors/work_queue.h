// Threads for what takes longer than a server's loop may wait, such as reading a dialogue aloud.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace callimport::fake_vendors {

class WorkQueue {
 public:
  explicit WorkQueue(int threads);
  // What has not begun is dropped.
  ~WorkQueue();

  void Add(std::function<void()> work);

 private:
  void Run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace callimport::fake_vendors
