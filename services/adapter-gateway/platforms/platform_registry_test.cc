#include "services/adapter-gateway/platforms/platform_registry.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "libs/catalog/catalog.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/status_matchers.h"
#include "services/adapter-gateway/platforms/kept_records.h"
#include "services/adapter-gateway/platforms/needed_fields.h"

namespace callimport::adapter_gateway {
namespace {

using namespace std::chrono_literals;
using common::v1::PlatformDescriptor;
using ::testing::ElementsAre;
using testing::HasReason;
using ::testing::IsEmpty;
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
  const QuotaPolicy quota = *registry->Find("gong")->terms.quota.Now();

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
  EXPECT_EQ(registry->Find("gong")->terms.quota.Now()->windows.size(), 1u);
  EXPECT_EQ(registry->Find("gong")->descriptor.rate_windows(0).limit(), 50);
  EXPECT_EQ(registry->Find("gong")->terms.quota.Now()->concurrent_downloads, 64);
}

class ChangedPlatformsTest : public PlatformRegistryTest {
 protected:
  static PlatformOverride Gong(int limit) {
    PlatformOverride change;
    change.set_platform("gong");
    change.add_rate_windows()->set_limit(limit);
    change.mutable_rate_windows(0)->set_period_seconds(1);
    return change;
  }
  absl::StatusOr<PlatformRegistry::Changes> TakeOver(const PlatformOverride& change) {
    return registry_->TakeOver(catalog_, {change});
  }
  PlatformDescriptor& Described(const std::string& platform) {
    return *std::ranges::find(catalog_, platform, &PlatformDescriptor::platform);
  }

  std::vector<PlatformDescriptor> catalog_ = *LoadCatalog(CATALOG_DIR);
  absl::StatusOr<PlatformRegistry> registry_ = Build({Gong(50)});
  LivePolicy in_use_ = registry_->Find("gong")->terms.quota;
};

TEST_F(ChangedPlatformsTest, TakeOverLimitsForThoseWhoAlreadyAsk) {
  PlatformOverride change = Gong(20);
  change.set_concurrent_downloads(7);

  const auto changes = TakeOver(change);

  ASSERT_THAT(changes, IsOk());
  EXPECT_THAT(changes->taken_over, ElementsAre("gong"));
  EXPECT_THAT(changes->need_restart, IsEmpty());
  EXPECT_EQ(in_use_.Now()->windows[0].limit, 20);
  EXPECT_EQ(in_use_.Now()->concurrent_downloads, 7);
  EXPECT_EQ(registry_->Find("gong")->live.Now()->rate_windows(0).limit(), 20);
}

TEST_F(ChangedPlatformsTest, TakeOverWhatTheCatalogSaysOfWaitsPricesAndStates) {
  Described("gong").set_default_retry_after_seconds(90);
  Described("gong").set_cost_per_call_cents(3);
  Described("gong").set_status(PlatformDescriptor::STATUS_BETA);

  ASSERT_THAT(TakeOver(Gong(50)), IsOk());

  EXPECT_EQ(in_use_.Now()->default_retry_after, 90s);
  EXPECT_EQ(registry_->Find("gong")->live.Now()->cost_per_call_cents(), 3);
  EXPECT_EQ(registry_->Find("gong")->live.Now()->status(), PlatformDescriptor::STATUS_BETA);
}

TEST_F(ChangedPlatformsTest, NothingNewIsNothingToSay) {
  const auto changes = TakeOver(Gong(50));

  ASSERT_THAT(changes, IsOk());
  EXPECT_THAT(changes->taken_over, IsEmpty());
  EXPECT_THAT(changes->need_restart, IsEmpty());
  EXPECT_EQ(in_use_.Now()->version, 0);
}

TEST_F(ChangedPlatformsTest, NameWhatNeedsARestart) {
  PlatformOverride change = Gong(20);
  change.set_concurrent_downloads(7);
  change.mutable_rate_windows(0)->set_period_seconds(60);
  change.set_base_url("https://gong.example");
  change.add_allowed_hosts("gong.example");
  change.set_allow_http(true);
  Described("fathom").set_display_name("Fathom 2");

  const auto changes = TakeOver(change);

  ASSERT_THAT(changes, IsOk());
  EXPECT_THAT(changes->need_restart,
              ElementsAre("fathom.display_name", "gong.rate_windows", "gong.default_base_url",
                          "gong.allowed_hosts", "gong.allow_http"));
  EXPECT_EQ(in_use_.Now()->windows[0].limit, 50);  // of another window nothing is known
  EXPECT_EQ(in_use_.Now()->concurrent_downloads, 7);
  EXPECT_EQ(registry_->Find("gong")->live.Now()->default_base_url(), "https://api.gong.io");
}

TEST_F(ChangedPlatformsTest, AreTakenOverWholeOrNotAtAll) {
  Described("gong").set_cost_per_call_cents(3);
  EXPECT_THAT(TakeOver(Gong(0)), HasReason("CONFIG_INVALID"));
  Described("gong").set_status(PlatformDescriptor::STATUS_COMING_SOON);
  EXPECT_THAT(TakeOver(Gong(20)), HasReason("CONFIG_INVALID"));

  EXPECT_EQ(in_use_.Now()->windows[0].limit, 50);
  EXPECT_FALSE(registry_->Find("gong")->live.Now()->has_cost_per_call_cents());
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
