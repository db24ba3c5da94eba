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
  common::v1::PlatformDescriptor descriptor;
  VendorTerms terms;
  // Null: known, but not to be imported from yet.
  std::unique_ptr<PlatformAdapter> adapter;
};

class PlatformRegistry {
 public:
  // `clock` must outlive it. CONFIG_INVALID when an override names no platform, or when the catalog
  // promises a platform that has no adapter, or hides one that has.
  static absl::StatusOr<PlatformRegistry> Build(
      const std::vector<common::v1::PlatformDescriptor>& catalog,
      const std::vector<PlatformOverride>& overrides, Adapters adapters,
      const Clock& clock = SystemClock());

  // Null when there is none. Reads names as people and older systems write them: "GONG", "FIVE29".
  const Platform* Find(const std::string& platform) const;

  // In alphabetical order, limits as they are in force here.
  std::vector<common::v1::PlatformDescriptor> Descriptors() const;

 private:
  std::map<std::string, std::unique_ptr<Platform>> platforms_;
};

}  // namespace callimport::adapter_gateway
