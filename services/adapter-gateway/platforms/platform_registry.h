// Catalog, configuration and adapters brought together.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "callimport/common/v1/platform.pb.h"
#include "services/adapter-gateway/config.pb.h"
#include "services/adapter-gateway/platforms/all_platforms.h"
#include "services/adapter-gateway/vendor/vendor_terms.h"

namespace callimport::adapter_gateway {

struct Platform {
  // As it was at the start.
  common::v1::PlatformDescriptor descriptor;
  VendorTerms terms;
  // Null: known, but not to be imported from yet.
  std::unique_ptr<PlatformAdapter> adapter;
  // With limits, price and status as they are now.
  Live<common::v1::PlatformDescriptor> live = {};
  // What the configuration said at the start.
  PlatformOverride change = {};
};

class PlatformRegistry {
 public:
  // `clock` must outlive it. CONFIG_INVALID when an override names no platform, or when the catalog
  // promises a platform that has no adapter, or hides one that has.
  static absl::StatusOr<PlatformRegistry> Build(
      const std::vector<common::v1::PlatformDescriptor>& catalog,
      const std::vector<PlatformOverride>& overrides, Adapters adapters,
      const Clock& clock = SystemClock());

  // What TakeOver() did with a changed catalog and configuration.
  struct Changes {
    // "gong": its limits, its price or its status are others now.
    std::vector<std::string> taken_over;
    // "gong.default_base_url": what stays as it was until the next start.
    std::vector<std::string> need_restart;
  };
  // Limits of windows, concurrent downloads, the wait after a 429, price and status count at once,
  // for requests in line too. What Build() would refuse is CONFIG_INVALID and changes nothing.
  // By one thread at a time; everything else meanwhile.
  absl::StatusOr<Changes> TakeOver(const std::vector<common::v1::PlatformDescriptor>& catalog,
                                   const std::vector<PlatformOverride>& overrides);

  // Null when there is none. Reads names as people and older systems write them: "GONG", "FIVE29".
  const Platform* Find(const std::string& platform) const;

  // In alphabetical order, limits as they are in force here.
  std::vector<common::v1::PlatformDescriptor> Descriptors() const;

 private:
  std::map<std::string, std::unique_ptr<Platform>> platforms_;
};

}  // namespace callimport::adapter_gateway
