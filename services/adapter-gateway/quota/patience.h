// How long somebody waits for his turn at a vendor, and whether before others.
#pragma once

#include <functional>

#include "libs/common/clock.h"

namespace callimport::adapter_gateway {

struct Patience {
  Timestamp until;
  // True once nobody needs the answer any more. Unset: somebody always does.
  std::function<bool()> cancelled = {};
  // For a person, for what a vendor announced, or for Sync now: it goes before what can wait, and
  // may use what is reserved for it.
  bool urgent = false;

  bool Gone() const { return cancelled && cancelled(); }
};

}  // namespace callimport::adapter_gateway
