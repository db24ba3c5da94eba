// Counts requests over a window that moves with time: any stretch of `period`, wherever it begins,
// holds at most `limit` of them. Windows that restart at full seconds or days would let twice as
// many through around the seam.
#pragma once

#include <cstdint>
#include <deque>

#include "libs/common/clock.h"
#include "services/adapter-gateway/domain/quota_policy.h"

namespace callimport::adapter_gateway {

class SlidingWindow {
 public:
  explicit SlidingWindow(const QuotaWindow& window);

  // When the next request may go, if `ahead` others go before it; not before `now`. Never, that is
  // Timestamp::max(), while the limit is 0.
  Timestamp Due(Timestamp now, int64_t ahead) const;

  // A request goes now, and counts as so many. Times never fall.
  void Take(Timestamp now, int64_t requests = 1);

  // From now on. What has gone still counts.
  void set_limit(int64_t limit) { window_.limit = limit; }
  int64_t limit() const { return window_.limit; }

  // How many of the past still count.
  int64_t Used(Timestamp now);

  // Whether no request of the past counts any more.
  bool IsIdle(Timestamp now) const;

 private:
  // Requests that are forgotten together, one period after the last of them.
  struct Group {
    Timestamp first;
    Timestamp last;
    int64_t requests;
  };

  void Forget(Timestamp now);

  QuotaWindow window_;
  // Requests this close together form a group, so that large limits need little memory.
  Timestamp::duration group_span_;
  std::deque<Group> groups_;
  int64_t counted_ = 0;
};

}  // namespace callimport::adapter_gateway
