// OpenPhone, now Quo (https://www.quo.com), version 2026-03-30 of its interface. README.md tells
// what is peculiar to it.
#pragma once

#include "services/adapter-gateway/platforms/people.h"
#include "services/adapter-gateway/platforms/staged_listing.h"

namespace callimport::adapter_gateway::openphone {

class Adapter : public AdapterWithClock {
 public:
  using AdapterWithClock::AdapterWithClock;
  VendorSession::Headers Authorize(const Access& access) const override;
  absl::StatusOr<AccountProfile> CheckAccess(VendorSession& vendor) const override;
  absl::StatusOr<v1::CountCallsResponse> CountCalls(VendorSession& vendor,
                                                    const Period& period) const override;
  absl::StatusOr<v1::ListCallsResponse> ListCalls(VendorSession& vendor, const Period& period,
                                                  const std::string& cursor) const override;
  absl::StatusOr<std::vector<MediaAddress>> LocateMedia(
      VendorSession& vendor, const std::vector<std::string>& source_call_ids) const override;
  absl::StatusOr<std::vector<v1::SourceTranscript>> FetchTranscripts(
      VendorSession& vendor, const std::vector<std::string>& source_call_ids) const override;
  RequestCosts Costs() const override { return {.calls_per_page = 50, .calls_per_recording = 0}; }
};

// All that can be listed; both must outlive it.
std::vector<ListingStage> StagesOf(const Period& period, const People& people);

}  // namespace callimport::adapter_gateway::openphone
