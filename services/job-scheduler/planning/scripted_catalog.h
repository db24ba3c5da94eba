// A source of calls that tests write themselves.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "libs/clients/adapter_gateway/call_catalog_client.h"

namespace callimport::job_scheduler {

class ScriptedCatalog : public adapter_gateway::CallCatalogClient {
 public:
  using Page = adapter_gateway::v1::ListCallsResponse;
  using ListScript = std::function<absl::Status(const adapter_gateway::v1::ListCallsRequest&,
                                                const PageSink&, const std::stop_token&)>;

  static Page PageOf(const std::vector<std::string>& source_ids, const std::string& next_cursor) {
    Page page;
    for (const std::string& id : source_ids) {
      page.add_calls()->set_source_call_id(id);
      page.mutable_calls()->rbegin()->set_title("Call " + id);
    }
    page.set_next_cursor(next_cursor);
    return page;
  }

  // What the next listing does; the last one added goes on for ever.
  void AddListing(ListScript script) {
    std::lock_guard lock(mutex_);
    scripts_.push_back(std::move(script));
  }
  void CountAs(absl::StatusOr<adapter_gateway::v1::CountCallsResponse> count) {
    std::lock_guard lock(mutex_);
    count_ = std::move(count);
  }

  absl::StatusOr<adapter_gateway::v1::CountCallsResponse> CountCalls(
      const adapter_gateway::v1::CountCallsRequest&, const std::stop_token&) override {
    std::lock_guard lock(mutex_);
    if (count_) return *count_;
    adapter_gateway::v1::CountCallsResponse response;
    response.set_calls(10);
    response.set_exactness(common::v1::EXACTNESS_EXACT);
    response.set_platform("gong");
    return response;
  }

  absl::Status ListCalls(const adapter_gateway::v1::ListCallsRequest& request, const PageSink& sink,
                         const std::stop_token& stop) override {
    ListScript script;
    {
      std::lock_guard lock(mutex_);
      cursors_.push_back(request.cursor());
      script = scripts_.front();
      if (scripts_.size() > 1) scripts_.pop_front();
    }
    return script(request, sink, stop);
  }

  std::vector<std::string> cursors() const {
    std::lock_guard lock(mutex_);
    return cursors_;
  }

 private:
  mutable std::mutex mutex_;
  std::deque<ListScript> scripts_;
  std::optional<absl::StatusOr<adapter_gateway::v1::CountCallsResponse>> count_;
  std::vector<std::string> cursors_;
};

}  // namespace callimport::job_scheduler
