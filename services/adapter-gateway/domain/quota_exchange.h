// How replicas share what a vendor allows: each claims tokens, spends them on its own, and tells
// now and then what became of them. docs/adr/0016 says why it is done so.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/adapter-gateway/domain/learned_limit.h"
#include "services/adapter-gateway/domain/quota_policy.h"

namespace callimport::adapter_gateway {

// In windows this short a token is a seat: whoever holds it may send one request in each period,
// for as long as it is held. In longer ones a token is one request.
inline bool IsQuick(const QuotaWindow& window) {
  return window.period <= std::chrono::seconds(10) && !window.reset_hour_utc;
}

// What one replica says about one window, at the moment of asking.
struct WindowClaim {
  QuotaWindow window = {};
  // Tokens that it goes on holding. What it held besides counts as used just now.
  int64_t keep = 0;
  // Tokens that were used since it asked last; not of seats.
  int64_t spent = 0;
  // Tokens that were not used and never will be.
  int64_t returned = 0;
  // Seats that were used within the last period, for people to see.
  int64_t used = 0;
  // How many it could use, and how many more of what is reserved.
  int64_t want = 0;
  int64_t want_reserved = 0;
  // Somebody waited because of this window.
  bool hungry = false;
};

// What the vendor has said about one of its windows.
struct VendorWord {
  std::optional<int64_t> limit = {};
  std::optional<int64_t> remaining = {};
  // Until it starts again.
  std::optional<std::chrono::milliseconds> reset = {};
};

struct BucketClaim {
  // "gong/1f…": what the vendor counts together.
  std::string bucket = {};
  std::vector<WindowClaim> windows = {};
  // Nothing may be sent for so long.
  std::chrono::milliseconds stop{0};
  // The vendor has refused; times before now.
  struct Refused {
    std::string group = {};
    double used_part = 1;
    std::chrono::milliseconds sent_ago{0};
    std::chrono::milliseconds pause{0};
  };
  std::optional<Refused> refused = {};
  std::optional<VendorWord> word = {};
};

struct WindowGrant {
  // All tokens that the replica may hold from now on.
  int64_t tokens = 0;
  // How many of those that are new are for what is reserved only.
  int64_t reserved = 0;
  // The seats that it should come down to, for others' sake; not below what it has.
  int64_t share = 0;
  // When asking again may bring more.
  std::chrono::milliseconds again{0};
  // As it stands now: the catalog's, or what was learned.
  int64_t limit = 0;
};

struct BucketGrant {
  // In the order of the claim.
  std::vector<WindowGrant> windows = {};
  std::chrono::milliseconds stop{0};
};

class QuotaExchange {
 public:
  virtual ~QuotaExchange() = default;

  // How long tokens are held without a word; the replica counts from before it asked.
  virtual std::chrono::milliseconds lease() const = 0;

  // In the order of the claims, each bucket once. All of it, or nothing of it.
  virtual absl::StatusOr<std::vector<BucketGrant>> Exchange(
      const std::vector<BucketClaim>& claims) = 0;
};

}  // namespace callimport::adapter_gateway
