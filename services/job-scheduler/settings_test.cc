#include "services/job-scheduler/settings.h"

#include <gmock/gmock.h>

#include "libs/testing/status_matchers.h"

namespace callimport::job_scheduler {
namespace {

using testing::HasReason;

TEST(SettingsTest, AnEmptyConfigurationMeansTheDefaults) {
  const auto settings = SettingsFrom(Config());

  ASSERT_TRUE(settings.ok());
  EXPECT_EQ(settings->queue.lease, std::chrono::seconds(14));
  EXPECT_EQ(settings->queue.retries.deferred.size(), 5u);
  EXPECT_EQ(settings->jobs_listed_at_once, 2);
}

TEST(SettingsTest, RetriesCanBeQuickened) {
  Config config;
  config.mutable_retries()->set_soon_tries(2);
  config.mutable_retries()->set_first_delay_seconds(1);
  config.mutable_retries()->add_deferred_seconds(3);

  const auto settings = SettingsFrom(config);

  ASSERT_TRUE(settings.ok());
  EXPECT_EQ(settings->queue.retries.soon.max_attempts, 2);
  EXPECT_EQ(settings->queue.retries.soon.first_delay, std::chrono::seconds(1));
  EXPECT_EQ(settings->queue.retries.deferred, std::vector{std::chrono::seconds(3)});
}

TEST(SettingsTest, AJobIsNotForgottenBeforeItsCalls) {
  Config config;
  config.set_keep_calls_days(30);
  EXPECT_EQ(SettingsFrom(config)->retention.calls, std::chrono::days(30));
  EXPECT_EQ(SettingsFrom(config)->retention.jobs, std::chrono::days(400));
  EXPECT_EQ(SettingsFrom(config)->retention.empty_syncs, std::chrono::days(30));

  config.set_keep_jobs_days(29);
  EXPECT_THAT(SettingsFrom(config), HasReason("CONFIG_INVALID"));
}

TEST(SettingsTest, ThePlanHasTenFreeCallsUnlessItSaysOtherwise) {
  Config config;
  EXPECT_EQ(SettingsFrom(config)->workspaces.free_calls_per_month, 10);
  EXPECT_EQ(SettingsFrom(config)->quotes.valid, std::chrono::minutes(60));

  config.mutable_plan()->set_free_calls_per_month(0);
  EXPECT_EQ(SettingsFrom(config)->queue.workspaces.free_calls_per_month, 0);

  config.mutable_plan()->set_free_calls_per_month(-1);
  EXPECT_THAT(SettingsFrom(config), HasReason("CONFIG_INVALID"));
}

TEST(SettingsTest, NonsenseStopsTheStartAndNamesTheField) {
  Config config;
  config.set_lease_seconds(-1);

  const auto settings = SettingsFrom(config);

  EXPECT_THAT(settings, HasReason("CONFIG_INVALID"));
  EXPECT_THAT(std::string(settings.status().message()), ::testing::HasSubstr("lease_seconds"));
}

}  // namespace
}  // namespace callimport::job_scheduler
