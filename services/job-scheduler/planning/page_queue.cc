#include "services/job-scheduler/planning/page_queue.h"

#include <utility>

namespace callimport::job_scheduler {

absl::Status PageQueue::Push(Page page) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return abandoned_ || pages_.size() < max_pages_; });
  if (abandoned_) return absl::CancelledError("the listing is not read any more");
  pages_.push_back(std::move(page));
  changed_.notify_all();
  return absl::OkStatus();
}

void PageQueue::Close(absl::Status status) {
  std::lock_guard lock(mutex_);
  closed_ = true;
  end_ = std::move(status);
  changed_.notify_all();
}

std::vector<PageQueue::Page> PageQueue::Take(int enough) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return closed_ || !pages_.empty(); });
  std::vector<Page> taken;
  for (int records = 0; !pages_.empty(); pages_.pop_front()) {
    records += pages_.front().calls_size();
    if (!taken.empty() && records > enough) break;
    taken.push_back(std::move(pages_.front()));
  }
  changed_.notify_all();
  return taken;
}

void PageQueue::Abandon() {
  std::lock_guard lock(mutex_);
  abandoned_ = true;
  changed_.notify_all();
}

absl::Status PageQueue::end() const {
  std::lock_guard lock(mutex_);
  return end_;
}

}  // namespace callimport::job_scheduler
