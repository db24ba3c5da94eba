#include "services/adapter-gateway/listing/page_prefetcher.h"

#include <utility>

#include "libs/telemetry/correlation.h"

namespace callimport::adapter_gateway {

PagePrefetcher::PagePrefetcher(FetchPage fetch, std::string cursor, size_t ahead)
    : fetch_(std::move(fetch)), ahead_(ahead) {
  thread_ = std::thread([this, cursor = std::move(cursor), id = CurrentCorrelationId()] {
    const CorrelationScope scope(id);
    Run(cursor);
  });
}

PagePrefetcher::~PagePrefetcher() {
  {
    std::lock_guard lock(mutex_);
    unwanted_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void PagePrefetcher::Run(std::string cursor) {
  while (true) {
    absl::StatusOr<Page> page = fetch_(cursor);
    if (page.ok()) cursor = page->next_cursor();
    const bool last = !page.ok() || cursor.empty();
    if (!Hand(std::move(page)) || last) break;
  }
  std::lock_guard lock(mutex_);
  ended_ = true;
  changed_.notify_all();
}

bool PagePrefetcher::Hand(absl::StatusOr<Page> page) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return unwanted_ || ready_.size() < ahead_; });
  if (unwanted_) return false;
  ready_.push_back(std::move(page));
  changed_.notify_all();
  return true;
}

std::optional<absl::StatusOr<PagePrefetcher::Page>> PagePrefetcher::Next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return ended_ || !ready_.empty(); });
  if (ready_.empty()) return std::nullopt;
  absl::StatusOr<Page> page = std::move(ready_.front());
  ready_.pop_front();
  changed_.notify_all();
  return page;
}

}  // namespace callimport::adapter_gateway
