// Pages on their way from the source to the tables. Bounded: while it is full, the source waits.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <vector>

#include "absl/status/status.h"
#include "callimport/adapter_gateway/v1/call_catalog.pb.h"

namespace callimport::job_scheduler {

class PageQueue {
 public:
  using Page = adapter_gateway::v1::ListCallsResponse;

  explicit PageQueue(size_t max_pages) : max_pages_(max_pages) {}

  // Waits for room. CANCELLED once nobody takes pages any more.
  absl::Status Push(Page page);

  // No page follows; the status says why.
  void Close(absl::Status status);

  // Waits for a page, and takes what has arrived until there are `enough` records. Empty once the
  // queue is closed and drained.
  std::vector<Page> Take(int enough);

  // Takes no more.
  void Abandon();

  // Why it was closed.
  absl::Status end() const;

 private:
  const size_t max_pages_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Page> pages_;
  bool closed_ = false;
  bool abandoned_ = false;
  absl::Status end_;
};

}  // namespace callimport::job_scheduler
