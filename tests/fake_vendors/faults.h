// What goes wrong on purpose, ordered through the control interface.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/status/statusor.h"

namespace callimport::fake_vendors {

enum class FaultKind {
  kStatus,          // answers `status`, with Retry-After when that is set
  kSlow,            // healthy, but pauses after each chunk
  kTruncated,       // promises everything, sends a part, closes
  kCut,             // a shortened recording that HTTP calls complete
  kHtml,            // 200 with a page instead of what was asked
  kEmpty,           // 200 with nothing
  kGarbage,         // 200 with bytes that are no recording
  kExpiredAddress,  // what an expired media address answers
  kReset,           // breaks the connection
  kWithoutField,    // healthy JSON, but one field is gone wherever it stood
  kShuffled,        // healthy JSON, but its lists are in another order
  kRepeated,        // healthy JSON, but its lists have every record twice
};

struct Fault {
  FaultKind kind = FaultKind::kStatus;
  // Empty: every endpoint. "api": all but media.
  std::string endpoint;
  // Empty: all calls.
  std::set<std::string> calls;
  // Of the calls where a request names one, else of the requests.
  double share = 1.0;
  // How often in all, and how often for each call; 0: until cleared.
  uint64_t times = 0;
  uint64_t times_per_call = 0;

  int status = 500;
  std::optional<int> retry_after_seconds;
  std::chrono::milliseconds pause{50};
  uint64_t chunk_bytes = 16'384;
  // Of the content, for kTruncated and kCut.
  double kept = 0.5;
  // For kWithoutField.
  std::string field;
};

// {"kind":"status","status":503,"match":{"endpoint":"media","calls":["1"],"share":0.1},"times":3}
absl::StatusOr<Fault> ParseFault(const std::string& json);

// Safe from any thread.
class Faults {
 public:
  explicit Faults(uint64_t seed) : seed_(seed) {}

  // Returns a number that names it.
  uint64_t Add(Fault fault);
  void Clear();

  // The fault that this request meets, if any. `calls` are the ids that it names.
  std::optional<Fault> Meet(const std::string& endpoint, const std::vector<std::string>& calls);

  // A JSON array of {"fault", "kind", "met"}.
  std::string Describe() const;

 private:
  struct Ordered {
    uint64_t number;
    Fault fault;
    uint64_t met = 0;
    std::unordered_map<std::string, uint64_t> met_by_call;
  };

  bool Concerns(const Ordered& ordered, const std::string& call) const;
  bool Strikes(Ordered& ordered, const std::string& endpoint,
               const std::vector<std::string>& calls);

  const uint64_t seed_;
  std::atomic<bool> any_{false};
  mutable std::mutex mutex_;
  std::vector<Ordered> ordered_;
  uint64_t last_number_ = 0;
  uint64_t requests_ = 0;
};

}  // namespace callimport::fake_vendors
