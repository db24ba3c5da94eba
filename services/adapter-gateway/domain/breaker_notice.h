// What replicas tell each other, and people, of a circuit breaker.
#pragma once

#include <string>

#include "libs/common/clock.h"

namespace callimport::adapter_gateway {

struct BreakerNotice {
  std::string account;
  // The endpoints that it guards.
  std::string group;
  // It opened; otherwise it is closed again.
  bool open = false;
  Timestamp probe_at{};
  // For people.
  std::string reason = {};
};

}  // namespace callimport::adapter_gateway
