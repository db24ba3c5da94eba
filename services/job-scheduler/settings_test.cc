#include "services/job-scheduler/settings.h"

#include <gmock/gmock.h>

#include "libs/testing/status_matchers.h"

namespace callimport::job_scheduler {
namespace {

using testing::HasReason;

TEST(SettingsTest, AnEmptyConfigurationMeansTheDefaults) {
  const auto settings = SettingsFrom(Config());

  ASSERT_TRUE(settings.ok());
  EXPECT_EQ(settings->queue.lease, std::chrono::seconds(15));
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

TEST(SettingsTest, NonsenseStopsTheStartAndNamesTheField) {
  Config config;
  config.set_lease_seconds(-1);

  const auto settings = SettingsFrom(config);

  EXPECT_THAT(settings, HasReason("CONFIG_INVALID"));
  EXPECT_THAT(std::string(settings.status().message()), ::testing::HasSubstr("lease_seconds"));
}

}  // namespace
}  // namespace callimport::job_scheduler
