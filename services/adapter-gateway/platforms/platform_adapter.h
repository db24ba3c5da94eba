// One platform, reduced to what an import needs. An adapter knows what to ask and what the answers
// mean; how to ask (quota, retries, errors, authorization) is the session's.
//
// Adapters hold no state of their own: any number of threads use one.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "callimport/adapter_gateway/v1/call_catalog.pb.h"
#include "callimport/adapter_gateway/v1/recordings.pb.h"
#include "libs/common/clock.h"
#include "services/adapter-gateway/platforms/request_costs.h"
#include "services/adapter-gateway/vendor/access.h"
#include "services/adapter-gateway/vendor/vendor_session.h"

namespace callimport::adapter_gateway {

// Start included, end not.
struct Period {
  Timestamp start;
  Timestamp end;
  // What else must hold of the calls, by the names of the catalog's filters.
  std::map<std::string, std::string> attributes = {};

  // "" where it is not asked for.
  std::string Attribute(const std::string& name) const {
    const auto attribute = attributes.find(name);
    return attribute == attributes.end() ? "" : attribute->second;
  }
};

struct AccountProfile {
  // As the vendor names the account; may be empty.
  std::string name = {};
  // What the key does not allow, and what that disables; for people.
  std::vector<std::string> warnings = {};
  // Whose account it is, where it is a person's.
  std::string email = {};
};

// Where a recording can be fetched without further authorization.
struct MediaAddress {
  std::string source_call_id = {};
  // Empty: the call has no recording.
  std::string url = {};
  Timestamp expires = {};
  // Why it is not known; then there is no url.
  absl::Status error = {};
  // There is no url and never will be: nobody answered, or the vendor was told not to record.
  bool never_recorded = false;
  // The rest of the recording, where it lies in pieces of one format that can be joined.
  std::vector<std::string> more_urls = {};
};

class PlatformAdapter {
 public:
  virtual ~PlatformAdapter() = default;

  // How the vendor learns who asks, of an account that was connected by a key.
  virtual VendorSession::Headers Authorize(const Access& access) const = 0;

  // Whether the vendor accepts this access, and what it does not allow.
  virtual absl::StatusOr<AccountProfile> CheckAccess(VendorSession& vendor) const = 0;

  // How many calls started in the period, and whether the number is exact.
  virtual absl::StatusOr<v1::CountCallsResponse> CountCalls(VendorSession& vendor,
                                                            const Period& period) const = 0;

  // The page behind `cursor`; empty: the first. An empty next_cursor ends the listing. A record
  // that cannot be read is named as unreadable and spoils no other.
  virtual absl::StatusOr<v1::ListCallsResponse> ListCalls(VendorSession& vendor,
                                                          const Period& period,
                                                          const std::string& cursor) const = 0;

  // Up to kMaxBatch calls at once. A call that the vendor does not know is absent.
  virtual absl::StatusOr<std::vector<MediaAddress>> LocateMedia(
      VendorSession& vendor, const std::vector<std::string>& source_call_ids) const = 0;

  // Up to kMaxBatch calls at once. A call without a transcript is absent.
  virtual absl::StatusOr<std::vector<v1::SourceTranscript>> FetchTranscripts(
      VendorSession& vendor, const std::vector<std::string>& source_call_ids) const = 0;

  // What an import takes of the vendor's quota.
  virtual RequestCosts Costs() const { return {}; }

  static constexpr int kMaxBatch = 100;
};

// All that an adapter may keep: the time.
class AdapterWithClock : public PlatformAdapter {
 public:
  explicit AdapterWithClock(const Clock& clock) : clock_(clock) {}

 protected:
  const Clock& clock_;
};

}  // namespace callimport::adapter_gateway
