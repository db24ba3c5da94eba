#include "services/job-scheduler/queue_settings.h"

#include <gmock/gmock.h>

#include "libs/testing/status_matchers.h"

namespace callimport::job_scheduler {
namespace {

using testing::HasReason;
using testing::IsOk;

TEST(QueueSettingsTest, WithoutConfigurationTheProductsLimitsHold) {
  const auto limits = StartLimitsFrom({});
  ASSERT_THAT(limits, IsOk());
  EXPECT_EQ(limits->starts_per_second, 10);
  EXPECT_EQ(limits->concurrent_calls, 50);
  EXPECT_EQ(*BulkJobsPerCredentialFrom({}), 1);
  WorkspaceSettings defaults;
  ASSERT_THAT(SetQueueDefaults({}, defaults), IsOk());
  EXPECT_EQ(defaults.bulk_hours, (BulkHours{20, 8}));
  EXPECT_EQ(defaults.bulk_calls_per_window, 5'000);
  EXPECT_EQ(defaults.max_running_jobs, 2);
}

TEST(QueueSettingsTest, LimitsCanBeSetAndTakenAway) {
  QueueConfig config;
  config.set_starts_per_second(0);
  config.set_concurrent_calls(8);
  config.set_woken_seconds(20);
  auto& gong = *config.add_platforms();
  gong.set_platform("gong");
  gong.set_concurrent_calls(4);
  gong.set_call_cost(0.03);

  const auto limits = StartLimitsFrom(config);

  ASSERT_THAT(limits, IsOk());
  EXPECT_EQ(limits->starts_per_second, 0);
  EXPECT_EQ(limits->concurrent_calls, 8);
  EXPECT_EQ(limits->woken_for, std::chrono::seconds(20));
  EXPECT_EQ(LimitsOf(*limits, "gong").concurrent_calls, 4);
  EXPECT_EQ(LimitsOf(*limits, "gong").call_cost, 0.03);
}

TEST(QueueSettingsTest, TheWindowCanBeSet) {
  QueueConfig config;
  config.mutable_bulk_window()->set_start_hour(22);
  config.mutable_bulk_window()->set_end_hour(6);
  config.mutable_bulk_window()->set_time_zone("Europe/Berlin");
  config.set_bulk_calls_per_window(700);
  WorkspaceSettings defaults;

  ASSERT_THAT(SetQueueDefaults(config, defaults), IsOk());

  EXPECT_EQ(defaults.bulk_hours, (BulkHours{22, 6}));
  EXPECT_EQ(defaults.time_zone, "Europe/Berlin");
  EXPECT_EQ(defaults.bulk_calls_per_window, 700);
}

TEST(QueueSettingsTest, NonsenseIsRefused) {
  WorkspaceSettings defaults;
  QueueConfig late;
  late.mutable_bulk_window()->set_start_hour(24);
  EXPECT_THAT(SetQueueDefaults(late, defaults), HasReason("CONFIG_INVALID"));
  QueueConfig nowhere;
  nowhere.mutable_bulk_window()->set_time_zone("Middle/Earth");
  EXPECT_THAT(SetQueueDefaults(nowhere, defaults), HasReason("CONFIG_INVALID"));
  QueueConfig nobody;
  nobody.set_bulk_jobs_per_credential(0);
  EXPECT_THAT(BulkJobsPerCredentialFrom(nobody), HasReason("CONFIG_INVALID"));
  QueueConfig negative;
  negative.set_starts_per_second(-1);
  EXPECT_THAT(StartLimitsFrom(negative), HasReason("CONFIG_INVALID"));
}

}  // namespace
}  // namespace callimport::job_scheduler
