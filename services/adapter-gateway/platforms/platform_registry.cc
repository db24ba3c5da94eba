#include "services/adapter-gateway/platforms/platform_registry.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "libs/common/status_macros.h"
#include "libs/http/url.h"
#include "libs/rpc/run_main.h"
#include "services/adapter-gateway/platforms/needed_fields.h"

namespace callimport::adapter_gateway {
namespace {

using common::v1::PlatformDescriptor;
using common::v1::RateWindow;
using google::protobuf::util::MessageDifferencer;

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
  const std::string& name = platform.platform();
  VendorTerms terms{
      .name = platform.display_name(),
      .quota = QuotaPolicyOf(platform),
      .egress = EgressRules({platform.api_hosts().begin(), platform.api_hosts().end()},
                            {change.allowed_hosts().begin(), change.allowed_hosts().end()},
                            change.allow_http()),
      .metrics = nullptr};
  terms.metrics = std::make_unique<VendorMetrics>(name);
  terms.sentinel = std::make_unique<ContractSentinel>(name, NeededFieldsOf(name), clock);
  terms.budget = std::make_unique<ErrorBudget>(name, clock);
  return terms;
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

absl::Status CheckStatus(const PlatformDescriptor& platform, const PlatformAdapter* adapter) {
  if (IsOffered(platform) == (adapter != nullptr)) return absl::OkStatus();
  return rpc::ConfigError(
      "catalog_dir",
      absl::StrCat(platform.platform(), ": the status does not fit what can be imported from"));
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

// Windows without their limits.
google::protobuf::RepeatedPtrField<RateWindow> ShapesOf(const PlatformDescriptor& platform) {
  auto windows = platform.rate_windows();
  for (RateWindow& window : windows) window.clear_limit();
  return windows;
}

bool HaveSameWindows(const PlatformDescriptor& one, const PlatformDescriptor& other) {
  const auto shapes = ShapesOf(one);
  const auto others = ShapesOf(other);
  return std::equal(shapes.begin(), shapes.end(), others.begin(), others.end(),
                    MessageDifferencer::Equals);
}

// `to` with what may change of `from`.
void CopyLive(const PlatformDescriptor& from, PlatformDescriptor& to) {
  to.set_status(from.status());
  to.set_concurrent_downloads(from.concurrent_downloads());
  to.set_default_retry_after_seconds(from.default_retry_after_seconds());
  to.clear_cost_per_call_cents();
  if (from.has_cost_per_call_cents()) to.set_cost_per_call_cents(from.cost_per_call_cents());
  if (HaveSameWindows(from, to)) *to.mutable_rate_windows() = from.rate_windows();
}

// Names each field in which they differ.
void AddDifferences(const std::string& platform, const google::protobuf::Message& before,
                    const google::protobuf::Message& now, std::vector<std::string>& names) {
  const auto& kind = *before.GetDescriptor();
  for (int i = 0; i < kind.field_count(); ++i) {
    MessageDifferencer differencer;
    if (differencer.CompareWithFields(before, now, {kind.field(i)}, {kind.field(i)})) continue;
    names.push_back(absl::StrCat(platform, ".", kind.field(i)->name()));
  }
}

void AddFixedChanges(const Platform& platform, const PlatformDescriptor& now,
                     const PlatformOverride& change, std::vector<std::string>& names) {
  const std::string& name = platform.descriptor.platform();
  PlatformDescriptor expected = platform.descriptor;
  CopyLive(now, expected);
  AddDifferences(name, expected, now, names);
  // The rest of what the configuration says is in the descriptor.
  if (!std::ranges::equal(change.allowed_hosts(), platform.change.allowed_hosts())) {
    names.push_back(absl::StrCat(name, ".allowed_hosts"));
  }
  if (change.allow_http() != platform.change.allow_http()) {
    names.push_back(absl::StrCat(name, ".allow_http"));
  }
}

// Whether there was anything new.
bool AdoptLive(Platform& platform, const PlatformDescriptor& now) {
  const auto before = platform.live.Now();
  PlatformDescriptor next = *before;
  CopyLive(now, next);
  if (MessageDifferencer::Equals(next, *before)) return false;
  QuotaPolicy policy = QuotaPolicyOf(next);
  policy.version = platform.terms.quota.Now()->version + 1;
  platform.terms.quota.Set(std::move(policy));
  platform.live.Set(std::move(next));
  return true;
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
    RETURN_IF_ERROR(CheckStatus(descriptor, adapter.get()));
    VendorTerms terms = TermsOf(descriptor, change, clock);
    Live<PlatformDescriptor> live = descriptor;
    registry.platforms_[name] = std::make_unique<Platform>(
        std::move(descriptor), std::move(terms), std::move(adapter), std::move(live), change);
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
  descriptors.reserve(platforms_.size());
  for (const auto& [name, platform] : platforms_) descriptors.push_back(*platform->live.Now());
  return descriptors;
}

absl::StatusOr<PlatformRegistry::Changes> PlatformRegistry::TakeOver(
    const std::vector<PlatformDescriptor>& catalog,
    const std::vector<PlatformOverride>& overrides) {
  RETURN_IF_ERROR(CheckOverrides(overrides, *this));
  std::map<std::string, PlatformDescriptor> described;
  for (PlatformDescriptor descriptor : catalog) {
    Apply(OverrideOf(descriptor.platform(), overrides), descriptor);
    const Platform* const platform = Find(descriptor.platform());
    if (platform) RETURN_IF_ERROR(CheckStatus(descriptor, platform->adapter.get()));
    described[descriptor.platform()] = std::move(descriptor);
  }
  Changes changes;
  for (const auto& [name, platform] : platforms_) {
    const auto found = described.find(name);
    if (found == described.end()) {
      changes.need_restart.push_back(name);
      continue;
    }
    AddFixedChanges(*platform, found->second, OverrideOf(name, overrides), changes.need_restart);
    if (AdoptLive(*platform, found->second)) changes.taken_over.push_back(name);
    described.erase(found);
  }
  for (const auto& [name, descriptor] : described) changes.need_restart.push_back(name);
  return changes;
}

}  // namespace callimport::adapter_gateway
