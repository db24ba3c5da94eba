// How long somebody waits for his turn at a vendor.
#pragma once

#include <functional>

#include "libs/common/clock.h"

namespace callimport::adapter_gateway {

struct Patience {
  Timestamp until;
  // True once nobody needs the answer any more. Unset: somebody always does.
  std::function<bool()> cancelled = {};

  bool Gone() const { return cancelled && cancelled(); }
};

}  // namespace callimport::adapter_gateway
