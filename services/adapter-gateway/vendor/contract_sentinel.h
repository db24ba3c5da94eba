// Watches whether a vendor's answers still have the fields that the adapter needs, so that a change
// of the vendor's is noticed before imports suffer.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "libs/common/clock.h"
#include "libs/json/document.h"
#include "libs/telemetry/metrics.h"

namespace callimport::adapter_gateway {

// A field that every record of a list has. Null is as good as missing.
struct NeededField {
  // How the path of the request ends: "/v2/calls/extensive".
  std::string asked;
  // The list of the answer; empty: the answer itself is the list, or the record.
  std::string list;
  // "metaData.id".
  std::string field;
};

class ContractSentinel {
 public:
  ContractSentinel(std::string platform, std::vector<NeededField> fields, const Clock& clock);

  // Looks at some of the records of an answer.
  void Look(const std::string& path, const json::Document& answer);

  // Fields that have been missing in more than a tenth of the last records.
  std::vector<std::string> Drifting() const;
  // Nothing: no answer has been seen yet.
  std::optional<Timestamp> last_look() const;
  // How often each field was looked for and found, by its name.
  struct Sight {
    std::string field;
    int64_t found = 0;
    int64_t missing = 0;
  };
  std::vector<Sight> sights() const;

 private:
  struct Watched {
    NeededField needed;
    metrics::Counter found_total;
    metrics::Counter missing_total;
    int64_t found = 0;
    int64_t missing = 0;
    // The last 64 records, newest in the lowest bit: set where it was missing.
    uint64_t recent = 0;
    bool drifting = false;
  };

  void Count(Watched& watched, bool found);
  void Judge(Watched& watched);

  const std::string platform_;
  const Clock& clock_;
  metrics::Gauge drifting_;
  mutable std::mutex mutex_;
  std::vector<Watched> watched_;
  std::optional<Timestamp> last_look_;
};

}  // namespace callimport::adapter_gateway
