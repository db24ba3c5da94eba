// Anchors an audit log as it grows: run it every second or so.
#pragma once

#include <chrono>
#include <optional>

#include "absl/status/status.h"
#include "libs/audit/anchors.h"
#include "libs/audit/audit_log.h"
#include "libs/common/clock.h"
#include "libs/postgres/pool.h"
#include "libs/telemetry/metrics.h"

namespace callimport::audit {

class Anchorer {
 public:
  struct Pace {
    // Whichever comes first; an unchanged log is not anchored again.
    int64_t every_entries = 10'000;
    std::chrono::seconds every{60};
  };

  Anchorer(postgres::Pool& pool, const AuditLog& log, Anchors& anchors, const Clock& clock,
           Pace pace);

  // Anchors the head when it is time to. One caller at a time.
  absl::Status Run();

 private:
  bool IsDue(const Head& head) const;

  postgres::Pool& pool_;
  const AuditLog& log_;
  Anchors& anchors_;
  const Clock& clock_;
  const Pace pace_;
  bool knows_last_ = false;
  std::optional<Anchor> last_;
  metrics::Gauge unanchored_;
};

}  // namespace callimport::audit
