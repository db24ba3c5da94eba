// Asks for the next pages while the reader still stores this one. Bounded: when the reader is slow,
// the vendor is not asked.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "absl/status/statusor.h"
#include "callimport/adapter_gateway/v1/call_catalog.pb.h"

namespace callimport::adapter_gateway {

class PagePrefetcher {
 public:
  using Page = v1::ListCallsResponse;
  using FetchPage = std::function<absl::StatusOr<Page>(const std::string& cursor)>;

  // Starts at once. `fetch` runs on a thread of this class.
  PagePrefetcher(FetchPage fetch, std::string cursor, size_t ahead = 2);
  // Waits for the fetch under way.
  ~PagePrefetcher();

  // The pages in order; after an error or the last page, nothing.
  std::optional<absl::StatusOr<Page>> Next();

 private:
  void Run(std::string cursor);
  // False once nobody wants more.
  bool Hand(absl::StatusOr<Page> page);

  const FetchPage fetch_;
  const size_t ahead_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<absl::StatusOr<Page>> ready_;
  bool ended_ = false;
  bool unwanted_ = false;
  std::thread thread_;
};

}  // namespace callimport::adapter_gateway
