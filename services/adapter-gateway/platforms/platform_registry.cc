#include "services/adapter-gateway/platforms/platform_registry.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "libs/common/status_macros.h"
#include "libs/http/url.h"
#include "libs/rpc/run_main.h"
#include "services/adapter-gateway/platforms/needed_fields.h"

namespace callimport::adapter_gateway {
namespace {

using common::v1::PlatformDescriptor;

void Apply(const PlatformOverride& change, PlatformDescriptor& platform) {
  if (!change.base_url().empty()) platform.set_default_base_url(change.base_url());
  if (change.rate_windows_size() > 0) *platform.mutable_rate_windows() = change.rate_windows();
  if (change.concurrent_downloads() > 0) {
    platform.set_concurrent_downloads(change.concurrent_downloads());
  }
}

// `field` is where it stands: "platforms[0]".
absl::Status CheckOverride(const PlatformOverride& change, const std::string& field) {
  for (const common::v1::RateWindow& window : change.rate_windows()) {
    if (window.limit() > 0 && window.period_seconds() > 0) continue;
    return rpc::ConfigError(field + ".rate_windows", "must be positive");
  }
  if (change.concurrent_downloads() < 0) {
    return rpc::ConfigError(field + ".concurrent_downloads", "must not be negative");
  }
  if (!change.base_url().empty() && !http::ParseUrl(change.base_url()).ok()) {
    return rpc::ConfigError(field + ".base_url", "must be like https://api.example");
  }
  return absl::OkStatus();
}

VendorTerms TermsOf(const PlatformDescriptor& platform, const PlatformOverride& change,
                    const Clock& clock) {
  return {.name = platform.display_name(),
          .quota = QuotaPolicyOf(platform),
          .egress = EgressRules({platform.api_hosts().begin(), platform.api_hosts().end()},
                                {change.allowed_hosts().begin(), change.allowed_hosts().end()},
                                change.allow_http()),
          .metrics = std::make_unique<VendorMetrics>(platform.platform()),
          .sentinel = std::make_unique<ContractSentinel>(
              platform.platform(), NeededFieldsOf(platform.platform()), clock),
          .budget = std::make_unique<ErrorBudget>(platform.platform(), clock)};
}

std::string CanonicalName(const std::string& name) {
  std::string canonical = absl::AsciiStrToLower(name);
  // A misspelling that others have stored.
  return canonical == "five29" ? "five9" : canonical;
}

bool IsOffered(const PlatformDescriptor& platform) {
  return platform.status() == PlatformDescriptor::STATUS_SUPPORTED ||
         platform.status() == PlatformDescriptor::STATUS_BETA;
}

absl::Status CheckOverrides(const std::vector<PlatformOverride>& overrides,
                            const PlatformRegistry& registry) {
  for (size_t i = 0; i < overrides.size(); ++i) {
    const std::string field = absl::StrCat("platforms[", i, "]");
    if (registry.Find(overrides[i].platform()) == nullptr) {
      return rpc::ConfigError(field + ".platform", "is not in the catalog");
    }
    RETURN_IF_ERROR(CheckOverride(overrides[i], field));
  }
  return absl::OkStatus();
}

PlatformOverride OverrideOf(const std::string& platform,
                            const std::vector<PlatformOverride>& overrides) {
  for (const PlatformOverride& change : overrides) {
    if (change.platform() == platform) return change;
  }
  return {};
}

}  // namespace

absl::StatusOr<PlatformRegistry> PlatformRegistry::Build(
    const std::vector<PlatformDescriptor>& catalog, const std::vector<PlatformOverride>& overrides,
    Adapters adapters, const Clock& clock) {
  PlatformRegistry registry;
  for (PlatformDescriptor descriptor : catalog) {
    const std::string name = descriptor.platform();
    const PlatformOverride change = OverrideOf(name, overrides);
    Apply(change, descriptor);
    std::unique_ptr<PlatformAdapter> adapter = std::move(adapters[name]);
    if (IsOffered(descriptor) != (adapter != nullptr)) {
      return rpc::ConfigError("catalog_dir",
                              name + ": the status does not fit what can be imported from");
    }
    VendorTerms terms = TermsOf(descriptor, change, clock);
    registry.platforms_[name] = std::make_unique<Platform>(
        Platform{std::move(descriptor), std::move(terms), std::move(adapter)});
  }
  RETURN_IF_ERROR(CheckOverrides(overrides, registry));
  return registry;
}

const Platform* PlatformRegistry::Find(const std::string& platform) const {
  const auto found = platforms_.find(CanonicalName(platform));
  return found == platforms_.end() ? nullptr : found->second.get();
}

std::vector<PlatformDescriptor> PlatformRegistry::Descriptors() const {
  std::vector<PlatformDescriptor> descriptors;
  for (const auto& [name, platform] : platforms_) descriptors.push_back(platform->descriptor);
  return descriptors;
}

}  // namespace callimport::adapter_gateway
