#include "libs/common/clock.h"

namespace callimport {

const Clock& SystemClock() {
  class MachineClock final : public Clock {
   public:
    Timestamp Now() const override { return std::chrono::system_clock::now(); }
  };
  static const MachineClock clock;
  return clock;
}

}  // namespace callimport
