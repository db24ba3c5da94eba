// Tells when nobody needs any more of what is asked for a group of calls.
#pragma once

#include <atomic>
#include <deque>
#include <stop_token>

#include "services/media-pipeline/pipeline/call_groups.h"

namespace callimport::media_pipeline {

class AllDropped {
 public:
  explicit AllDropped(const CallGroup& calls) : left_(calls.size()) {
    for (const CallPtr& call : calls) on_drop_.emplace_back(call->stop.get_token(), Count{this});
  }

  // Stops once every call is dropped, or StopAnyway().
  std::stop_token token() const { return stop_.get_token(); }
  void StopAnyway() { stop_.request_stop(); }

 private:
  struct Count {
    AllDropped* all;
    void operator()() const {
      if (all->left_.fetch_sub(1) == 1) all->stop_.request_stop();
    }
  };

  std::stop_source stop_;
  std::atomic<size_t> left_;
  // The last member, since they may run at once.
  std::deque<std::stop_callback<Count>> on_drop_;
};

}  // namespace callimport::media_pipeline
