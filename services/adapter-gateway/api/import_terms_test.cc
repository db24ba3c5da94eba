#include "services/adapter-gateway/api/import_terms.h"

#include <gtest/gtest.h>

namespace callimport::adapter_gateway {
namespace {

common::v1::PlatformDescriptor Platform() {
  common::v1::PlatformDescriptor platform;
  platform.set_platform("gong");
  platform.set_supports_transcript_reuse(true);
  return platform;
}

void AddWindow(common::v1::PlatformDescriptor& platform, int limit, int seconds, int weight = 0) {
  auto& window = *platform.add_rate_windows();
  window.set_limit(limit);
  window.set_period_seconds(seconds);
  window.set_weight(weight);
}

TEST(ImportTermsTest, CountsEveryRequestThatAnImportTakes) {
  const RequestCosts in_hundreds{.calls_per_page = 100,
                                 .calls_per_lookup = 100,
                                 .calls_per_transcript = 100,
                                 .calls_per_recording = 0};

  EXPECT_EQ(ImportTermsOf(Platform(), in_hundreds, 1'001).vendor_requests(), 33);
  EXPECT_EQ(ImportTermsOf(Platform(), {}, 1'001).vendor_requests(), 11 + 3 * 1'001);
  EXPECT_EQ(ImportTermsOf(Platform(), {}, 0).vendor_requests(), 0);
}

TEST(ImportTermsTest, ASourceWithoutTranscriptsIsNotAskedForThem) {
  common::v1::PlatformDescriptor platform = Platform();
  platform.set_supports_transcript_reuse(false);

  EXPECT_EQ(ImportTermsOf(platform, {}, 100).vendor_requests(), 1 + 2 * 100);
}

TEST(ImportTermsTest, TheStrictestWindowsBound) {
  common::v1::PlatformDescriptor platform = Platform();
  AddWindow(platform, 3, 1);
  AddWindow(platform, 120, 60);
  AddWindow(platform, 10'000, 86'400);
  AddWindow(platform, 21'000, 7 * 86'400);

  const v1::ImportTerms terms = ImportTermsOf(platform, {}, 1);

  EXPECT_DOUBLE_EQ(terms.requests_per_second(), 2);
  EXPECT_EQ(terms.daily_requests(), 3'000);
}

TEST(ImportTermsTest, AWeightMakesRequestsFewer) {
  common::v1::PlatformDescriptor platform = Platform();
  AddWindow(platform, 100, 10, 5);

  EXPECT_DOUBLE_EQ(ImportTermsOf(platform, {}, 1).requests_per_second(), 2);
  EXPECT_FALSE(ImportTermsOf(platform, {}, 1).has_daily_requests());
}

TEST(ImportTermsTest, ThePriceIsThatOfTheCatalogAndMayBeUnset) {
  common::v1::PlatformDescriptor platform = Platform();
  EXPECT_FALSE(ImportTermsOf(platform, {}, 1).has_cost_per_call_cents());

  platform.set_cost_per_call_cents(25);
  platform.set_max_range_days(90);
  platform.set_concurrent_downloads(5);
  platform.add_filters()->set_name("direction");
  const v1::ImportTerms terms = ImportTermsOf(platform, {}, 1);

  EXPECT_EQ(terms.cost_per_call_cents(), 25);
  EXPECT_EQ(terms.max_range_days(), 90);
  EXPECT_EQ(terms.concurrent_downloads(), 5);
  ASSERT_EQ(terms.filters_size(), 1);
  EXPECT_EQ(terms.filters(0), "direction");
}

}  // namespace
}  // namespace callimport::adapter_gateway
