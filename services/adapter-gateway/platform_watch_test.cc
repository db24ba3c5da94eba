#include "services/adapter-gateway/platform_watch.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "libs/catalog/catalog.h"
#include "libs/rpc/run_main.h"
#include "libs/telemetry/metrics.h"
#include "libs/testing/status_matchers.h"

namespace callimport::adapter_gateway {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::IsOk;
using ::testing::Not;

constexpr char kFailures[] = "reload_failures_total{file=\"platforms\"} ";

class PlatformWatchTest : public ::testing::Test {
 protected:
  PlatformWatchTest() {
    std::string name = ::testing::TempDir() + "platform-watch-XXXXXX";
    folder_ = mkdtemp(name.data());
    fs::copy(CATALOG_DIR, folder_ / "catalog");
    Write(50);
    EXPECT_THAT(rpc::ReadConfig(file(), config_), IsOk());
    platforms_ = *PlatformRegistry::Build(*LoadCatalog(config_.catalog_dir()),
                                          {config_.platforms().begin(), config_.platforms().end()},
                                          AllPlatforms(SystemClock()));
  }
  ~PlatformWatchTest() override { fs::remove_all(folder_); }

  std::string file() const { return folder_ / "config.json"; }

  // Gong is asked so often a second.
  void Write(int limit, const std::string& more = "") const {
    std::ofstream(file()) << R"({"catalog_dir": ")" << (folder_ / "catalog").string()
                          << R"(", "platforms": [{"platform": "gong", "rate_windows": [)"
                          << R"({"limit": )" << limit << R"(, "period_seconds": 1}]}])" << more
                          << "}";
  }

  // What is logged at so many looks, a second apart.
  static std::string Look(PlatformWatch& watch, int times = 1) {
    ::testing::internal::CaptureStderr();
    for (int i = 0; i < times; ++i) EXPECT_THAT(watch.LookAgain(), IsOk());
    return ::testing::internal::GetCapturedStderr();
  }

  int64_t Limit() const { return platforms_.Find("gong")->terms.quota.Now()->windows[0].limit; }

  fs::path folder_;
  Config config_;
  PlatformRegistry platforms_;
};

absl::Status AnythingGoes(const Config&) { return absl::OkStatus(); }

TEST_F(PlatformWatchTest, TakesOverLimitsThatChanged) {
  PlatformWatch watch(config_, file(), platforms_, AnythingGoes);
  Look(watch);
  EXPECT_EQ(Limit(), 50);

  Write(20);
  EXPECT_THAT(Look(watch), IsEmpty());

  EXPECT_EQ(Limit(), 20);
}

TEST_F(PlatformWatchTest, KeepsTheOldLimitsWhileTheNewFileIsBroken) {
  PlatformWatch watch(config_, file(), platforms_, AnythingGoes);
  Look(watch);

  Write(20, ", oops");
  EXPECT_THAT(Look(watch), IsEmpty());  // somebody may be about to write the rest
  EXPECT_THAT(Look(watch), AllOf(HasSubstr("the old ones stay"), HasSubstr(file())));
  EXPECT_THAT(Look(watch, 3), IsEmpty());  // once is enough
  EXPECT_EQ(Limit(), 50);
  EXPECT_THAT(metrics::Render(), HasSubstr(kFailures));
  EXPECT_THAT(metrics::Render(), Not(HasSubstr(std::string(kFailures).append("0\n"))));

  Write(-1);
  EXPECT_THAT(Look(watch, 2), IsEmpty());  // still broken
  EXPECT_EQ(Limit(), 50);
  Write(20);
  Look(watch);
  EXPECT_EQ(Limit(), 20);
}

TEST_F(PlatformWatchTest, RefusesWhatTheServiceWouldNotStartWith) {
  const auto refuse = [](const Config&) { return rpc::ConfigError("server.address", "is bad"); };
  PlatformWatch watch(config_, file(), platforms_, refuse);

  Write(20);

  EXPECT_THAT(Look(watch, 2), HasSubstr("server.address: is bad"));
  EXPECT_EQ(Limit(), 50);
}

TEST_F(PlatformWatchTest, NamesWhatNeedsARestart) {
  PlatformWatch watch(config_, file(), platforms_, AnythingGoes);

  Write(20, R"(, "quota_lease_ms": 900, "server": {"address": "127.0.0.1:1"})");

  EXPECT_THAT(Look(watch), AllOf(HasSubstr("need a restart"), HasSubstr("server, quota_lease_ms")));
  EXPECT_EQ(Limit(), 20);
  EXPECT_THAT(Look(watch, 3), IsEmpty());
}

TEST_F(PlatformWatchTest, FollowsTheCatalogToo) {
  PlatformWatch watch(config_, file(), platforms_, AnythingGoes);
  Look(watch);
  common::v1::PlatformDescriptor gong;
  const std::string described = folder_ / "catalog" / "gong.json";
  ASSERT_THAT(rpc::ReadConfig(described, gong), IsOk());
  gong.clear_logo_url();
  gong.set_concurrent_downloads(9);
  std::string json;
  ASSERT_TRUE(google::protobuf::util::MessageToJsonString(gong, &json).ok());
  std::ofstream(described) << json;

  Look(watch);

  EXPECT_EQ(platforms_.Find("gong")->terms.quota.Now()->concurrent_downloads, 9);
}

}  // namespace
}  // namespace callimport::adapter_gateway
