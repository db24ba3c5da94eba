// What a source allows, as tests write it themselves.
#pragma once

#include <atomic>
#include <mutex>

#include "libs/clients/adapter_gateway/quota_client.h"

namespace callimport::job_scheduler {

class ScriptedQuota : public adapter_gateway::QuotaClient {
 public:
  using Limits = adapter_gateway::v1::ExplainLimitsResponse;

  void Answer(absl::StatusOr<Limits> limits) {
    std::lock_guard lock(mutex_);
    limits_ = std::move(limits);
  }
  int asked() const { return asked_; }

  absl::StatusOr<Limits> ExplainLimits(const adapter_gateway::v1::ExplainLimitsRequest&,
                                       const std::stop_token&) override {
    ++asked_;
    std::lock_guard lock(mutex_);
    return limits_;
  }

 private:
  std::mutex mutex_;
  absl::StatusOr<Limits> limits_ = Limits();
  std::atomic<int> asked_ = 0;
};

}  // namespace callimport::job_scheduler
