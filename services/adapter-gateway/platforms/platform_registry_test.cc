#include "services/adapter-gateway/platforms/platform_registry.h"

#include <gtest/gtest.h>

#include "libs/catalog/catalog.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/status_matchers.h"
#include "services/adapter-gateway/platforms/kept_records.h"
#include "services/adapter-gateway/platforms/needed_fields.h"

namespace callimport::adapter_gateway {
namespace {

using namespace std::chrono_literals;
using common::v1::PlatformDescriptor;
using testing::HasReason;
using testing::IsOk;

class PlatformRegistryTest : public ::testing::Test {
 protected:
  absl::StatusOr<PlatformRegistry> Build(const std::vector<PlatformOverride>& overrides = {}) {
    const auto catalog = LoadCatalog(CATALOG_DIR);
    EXPECT_THAT(catalog, IsOk());
    return PlatformRegistry::Build(*catalog, overrides, AllPlatforms(clock_));
  }

  testing::FakeClock clock_;
};

TEST_F(PlatformRegistryTest, KnowsEveryPlatformOfTheCatalog) {
  const auto registry = Build();

  ASSERT_THAT(registry, IsOk());
  EXPECT_GE(registry->Descriptors().size(), 11u);
  EXPECT_EQ(registry->Find("nobody"), nullptr);
  EXPECT_EQ(registry->Find("five9")->adapter, nullptr);
}

TEST_F(PlatformRegistryTest, OffersExactlyWhatHasAnAdapter) {
  const auto registry = Build();
  ASSERT_THAT(registry, IsOk());
  for (const PlatformDescriptor& platform : registry->Descriptors()) {
    const bool offered = platform.status() == PlatformDescriptor::STATUS_SUPPORTED ||
                         platform.status() == PlatformDescriptor::STATUS_BETA;
    EXPECT_EQ(registry->Find(platform.platform())->adapter != nullptr, offered)
        << platform.platform();
  }
}

TEST_F(PlatformRegistryTest, TellsPeopleHowToConnectToEveryPlatform) {
  for (const PlatformDescriptor& platform : Build()->Descriptors()) {
    EXPECT_FALSE(platform.display_name().empty()) << platform.platform();
    EXPECT_FALSE(platform.auth_instructions().empty()) << platform.platform();
    EXPECT_GE(platform.auth_types_size(), 1) << platform.platform();
    EXPECT_GE(platform.api_hosts_size(), 1) << platform.platform();
  }
}

TEST_F(PlatformRegistryTest, KeepsTheVendorsLimitsOfGong) {
  const auto registry = Build();
  const QuotaPolicy& quota = registry->Find("gong")->terms.quota;

  ASSERT_EQ(quota.windows.size(), 2u);
  EXPECT_EQ(quota.windows[0].limit, 3);
  EXPECT_GE(quota.windows[0].period, 1s);
  EXPECT_EQ(quota.windows[1].limit, 10'000);
  EXPECT_EQ(quota.concurrent_downloads, 5);
  EXPECT_EQ(quota.default_retry_after, 60s);
}

TEST_F(PlatformRegistryTest, LetsTheConfigurationRaiseLimits) {
  PlatformOverride change;
  change.set_platform("gong");
  change.set_concurrent_downloads(64);
  change.add_rate_windows()->set_limit(50);
  change.mutable_rate_windows(0)->set_period_seconds(1);

  const auto registry = Build({change});

  ASSERT_THAT(registry, IsOk());
  EXPECT_EQ(registry->Find("gong")->terms.quota.windows.size(), 1u);
  EXPECT_EQ(registry->Find("gong")->descriptor.rate_windows(0).limit(), 50);
  EXPECT_EQ(registry->Find("gong")->terms.quota.concurrent_downloads, 64);
}

TEST_F(PlatformRegistryTest, RefusesAnOverrideOfNothing) {
  PlatformOverride change;
  change.set_platform("gnog");

  EXPECT_THAT(Build({change}), HasReason("CONFIG_INVALID"));
}

TEST_F(PlatformRegistryTest, RefusesACatalogThatPromisesTooMuch) {
  PlatformDescriptor platform;
  platform.set_platform("grain");
  platform.set_status(PlatformDescriptor::STATUS_SUPPORTED);

  EXPECT_THAT(PlatformRegistry::Build({platform}, {}, AllPlatforms(clock_)),
              HasReason("CONFIG_INVALID"));
}

TEST_F(PlatformRegistryTest, ReadsNamesInOtherSpellings) {
  const auto registry = Build();

  ASSERT_THAT(registry, IsOk());
  EXPECT_EQ(registry->Find("FIVE29"), registry->Find("five9"));
  EXPECT_EQ(registry->Find("Gong"), registry->Find("gong"));
  EXPECT_EQ(registry->Find("five29")->descriptor.platform(), "five9");
  for (const PlatformDescriptor& platform : registry->Descriptors()) {
    EXPECT_NE(platform.platform(), "five29");
  }
}

TEST_F(PlatformRegistryTest, KnowsTheLimitsOfEveryPlatformThatIsOffered) {
  for (const PlatformDescriptor& platform : Build()->Descriptors()) {
    if (platform.status() != PlatformDescriptor::STATUS_SUPPORTED) continue;
    EXPECT_GE(platform.rate_windows_size(), 1) << platform.platform();
    EXPECT_GT(platform.concurrent_downloads(), 0) << platform.platform();
    EXPECT_GT(platform.default_retry_after_seconds(), 0) << platform.platform();
    EXPECT_FALSE(platform.api_version().empty()) << platform.platform();
  }
}

TEST_F(PlatformRegistryTest, WatchesTheFieldsOfEveryPlatformThatIsOffered) {
  const auto registry = Build();
  ASSERT_THAT(registry, IsOk());
  for (const PlatformDescriptor& platform : registry->Descriptors()) {
    const bool offered = registry->Find(platform.platform())->adapter != nullptr;
    EXPECT_EQ(!NeededFieldsOf(platform.platform()).empty(), offered) << platform.platform();
  }
}

TEST_F(PlatformRegistryTest, LetsTheConfigurationSayWhereAPlatformIs) {
  PlatformOverride change;
  change.set_platform("retreaver");
  change.set_base_url("http://127.0.0.1:1");

  EXPECT_EQ(Build({change})->Find("retreaver")->descriptor.default_base_url(),
            "http://127.0.0.1:1");
}

TEST_F(PlatformRegistryTest, ReadsKeptRecordsOfEveryPlatformAgain) {
  for (const auto& [name, adapter] : AllPlatforms(SystemClock())) {
    const auto page = ReadKept(name, "{}", common::v1::RECORD_KIND_CALL);
    EXPECT_EQ(page.unreadable_size(), 1) << name << " is missing in kept_records.cc";
  }
  EXPECT_EQ(ReadKept("five9", "{}", common::v1::RECORD_KIND_CALL).unreadable_size(), 0);
}

}  // namespace
}  // namespace callimport::adapter_gateway
