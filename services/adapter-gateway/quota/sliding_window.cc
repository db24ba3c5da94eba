#include "services/adapter-gateway/quota/sliding_window.h"

#include <algorithm>

namespace callimport::adapter_gateway {
namespace {

// Limits up to this are counted request by request.
constexpr int64_t kMaxGroups = 4096;

Timestamp::duration GroupSpan(const QuotaWindow& window) {
  if (window.limit <= kMaxGroups) return Timestamp::duration::zero();
  return Timestamp::duration(window.period) / kMaxGroups;
}

}  // namespace

SlidingWindow::SlidingWindow(const QuotaWindow& window)
    : window_{.limit = window.limit, .period = window.period}, group_span_(GroupSpan(window)) {}

Timestamp SlidingWindow::Due(Timestamp now, int64_t ahead) const {
  if (window_.limit <= 0) return Timestamp::max();
  int64_t free = window_.limit - counted_;
  Timestamp due = now;
  for (const Group& group : groups_) {
    if (free > ahead) return due;
    free += group.requests;
    due = std::max(now, group.last + window_.period);
  }
  if (free > ahead) return due;
  // Behind requests that have not gone yet: a period for each limit of them.
  return due + window_.period * (1 + (ahead - free) / window_.limit);
}

void SlidingWindow::Take(Timestamp now, int64_t requests) {
  Forget(now);
  counted_ += requests;
  if (!groups_.empty() && now - groups_.back().first < group_span_) {
    groups_.back().last = now;
    groups_.back().requests += requests;
    return;
  }
  groups_.push_back({.first = now, .last = now, .requests = requests});
}

bool SlidingWindow::IsIdle(Timestamp now) const {
  return groups_.empty() || groups_.back().last + window_.period <= now;
}

int64_t SlidingWindow::Used(Timestamp now) {
  Forget(now);
  return counted_;
}

void SlidingWindow::Forget(Timestamp now) {
  while (!groups_.empty() && groups_.front().last + window_.period <= now) {
    counted_ -= groups_.front().requests;
    groups_.pop_front();
  }
}

}  // namespace callimport::adapter_gateway
