// Ten thousand calls of a vendor that counts and allows no more than it says.
#include <gmock/gmock.h>

#include <chrono>
#include <cstdlib>
#include <iostream>

#include "libs/testing/status_matchers.h"
#include "tests/e2e/suite.h"

namespace callimport::e2e {
namespace {

using ::callimport::testing::IsOk;

constexpr uint64_t kCalls = 10'000;
// Ten times what Gong allows, so that it does not take minutes; CALLIMPORT_VENDOR_PER_SECOND says
// otherwise.
constexpr uint64_t kPerSecond = 30;
constexpr uint64_t kPerDay = 10'000;

uint64_t PerSecond() {
  const char* said = std::getenv("CALLIMPORT_VENDOR_PER_SECOND");
  return said == nullptr ? kPerSecond : std::stoul(said);
}

SuiteOptions Limited() {
  SuiteOptions options = QuickCalls(kCalls);
  options.vendors.gong.noise_bytes = 4'096;
  options.vendors.gong.per_second = PerSecond();
  options.vendors.gong.per_day = kPerDay;
  options.keep_vendor_limits = true;
  options.patch = [](const std::string& service, Json& config) {
    if (service != "adapter-gateway") return;
    config["platforms"][0]["rate_windows"] = {{{"limit", PerSecond()}, {"period_seconds", 1}},
                                              {{"limit", kPerDay}, {"period_seconds", 86'400}}};
  };
  return options;
}

// Recordings are not the vendor's to count: they come from the store that it names.
uint64_t CountLimited(const fake_vendors::StatsSnapshot& seen) {
  uint64_t limited = 0;
  for (const auto& [endpoint, statuses] : seen.requests) {
    if (endpoint != "media") limited += seen.Requests(endpoint);
  }
  return limited;
}

uint64_t CountRefused(const fake_vendors::StatsSnapshot& seen) {
  uint64_t refused = 0;
  for (const auto& [endpoint, statuses] : seen.requests) refused += seen.Requests(endpoint, 429);
  return refused;
}

TEST(TenThousandCalls, AreImportedWithoutOneRequestTooMany) {
  Suite suite(Limited());
  Client client = suite.ClientFor("acme");
  const std::string credential = suite.ConnectGong(client);
  const auto begin = std::chrono::steady_clock::now();

  const auto job = client.CreateJob(credential);
  ASSERT_THAT(job, IsOk());
  const scheduler::ImportJob ended = client.WaitForEnd(job->job_id(), 600s);

  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  const auto seen = suite.vendors().stats().Snapshot();
  const uint64_t asked = CountLimited(seen);
  std::cout << kCalls << " calls with " << asked << " requests at " << PerSecond()
            << " a second: " << took.count() << " s" << std::endl;
  EXPECT_EQ(ended.state(), words::JOB_STATE_COMPLETED) << ended.ShortDebugString();
  EXPECT_EQ(ended.progress().completed_calls(), kCalls);
  EXPECT_EQ(ended.progress().errors(), 0) << "waiting for quota is none";
  EXPECT_EQ(seen.media_calls, kCalls);
  EXPECT_EQ(seen.media_calls_repeated, 0U);
  EXPECT_EQ(CountRefused(seen), 0U) << ToJson(seen);
  EXPECT_LE(seen.busiest_second, PerSecond()) << ToJson(seen);
  // A hundred calls share a request to list them, and others to look them up.
  EXPECT_LE(asked, kCalls / 10) << ToJson(seen);
  // So the vendor's limit is what it took: a second fits one burst more than it has periods.
  EXPECT_GE(took.count(), static_cast<double>(asked) / static_cast<double>(PerSecond()) - 1);
}

}  // namespace
}  // namespace callimport::e2e
