// A vendor that allows three requests a second never has to say no.
#include <gmock/gmock.h>

#include "libs/testing/status_matchers.h"
#include "tests/e2e/suite.h"
#include "tests/e2e/truth.h"

namespace callimport::e2e {
namespace {

using ::callimport::testing::IsOk;

constexpr uint64_t kCalls = 450;

uint64_t Refused(const fake_vendors::StatsSnapshot& seen) {
  uint64_t refused = 0;
  for (const auto& [endpoint, statuses] : seen.requests) refused += seen.Requests(endpoint, 429);
  return refused;
}

uint64_t Limited(const fake_vendors::StatsSnapshot& seen) {
  uint64_t limited = 0;
  for (const auto& [endpoint, statuses] : seen.requests) {
    if (endpoint != "media") limited += seen.Requests(endpoint);
  }
  return limited;
}

TEST(Quota, OfThreeASecondIsKeptAndSpentSparingly) {
  SuiteOptions options = QuickCalls(kCalls);
  options.vendors.gong.per_second = 3;
  options.vendors.gong.per_day = 10'000;
  options.keep_vendor_limits = true;
  Suite suite(options);
  Client client = suite.ClientFor("acme");

  const auto job = client.CreateJob(suite.ConnectGong(client));
  ASSERT_THAT(job, IsOk());
  const scheduler::ImportJob ended = client.WaitForEnd(job->job_id(), 120s);

  EXPECT_EQ(ended.state(), words::JOB_STATE_COMPLETED) << ended.ShortDebugString();
  ExpectAllImported(client, suite.vendors().gong());
  const auto seen = suite.vendors().stats().Snapshot();
  EXPECT_EQ(Refused(seen), 0U) << ToJson(seen);
  EXPECT_LE(seen.busiest_second, 3U) << ToJson(seen);
  // Five pages to list, and what is asked in batches: far from one request for each call.
  EXPECT_LE(Limited(seen), kCalls / 5) << ToJson(seen);
}

TEST(Quota, ThatRunsOutMakesTheImportWaitNotFail) {
  SuiteOptions options = QuickCalls(30);
  Suite suite(options);
  Client client = suite.ClientFor("acme");
  const std::string credential = suite.ConnectGong(client);
  fake_vendors::Fault refusal;
  refusal.status = 429;
  refusal.retry_after_seconds = 1;
  refusal.endpoint = "api";
  refusal.times = 3;
  suite.vendors().faults().Add(refusal);

  const auto job = client.CreateJob(credential);
  ASSERT_THAT(job, IsOk());
  const scheduler::ImportJob ended = client.WaitForEnd(job->job_id(), 90s);

  EXPECT_EQ(ended.state(), words::JOB_STATE_COMPLETED) << ended.ShortDebugString();
  EXPECT_EQ(ended.progress().failed_calls(), 0);
  EXPECT_EQ(Refused(suite.vendors().stats().Snapshot()), 3U);
}

}  // namespace
}  // namespace callimport::e2e
