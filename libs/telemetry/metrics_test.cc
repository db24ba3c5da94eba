#include "libs/telemetry/metrics.h"

#include <gmock/gmock.h>

#include <chrono>

#include "libs/testing/status_matchers.h"

namespace callimport::metrics {
namespace {

using callimport::testing::HasReason;
using callimport::testing::IsOk;
using ::testing::HasSubstr;

TEST(MetricsTest, CountsUnderTheirLabels) {
  Counter gong("test_requests_total", "Requests.", {{"platform", "gong"}});
  Counter zoom("test_requests_total", "Requests.", {{"platform", "zoom"}});

  gong.Add();
  gong.Add(2);
  zoom.Add();

  EXPECT_THAT(Render(), HasSubstr(R"(test_requests_total{platform="gong"} 3)"));
  EXPECT_THAT(Render(), HasSubstr(R"(test_requests_total{platform="zoom"} 1)"));
}

TEST(MetricsTest, TheSameNameAndLabelsAreOneSeries) {
  Gauge("test_depth", "Depth.").Set(5);
  Gauge("test_depth", "Depth.").Add(2);

  EXPECT_THAT(Render(), HasSubstr("test_depth 7"));
}

TEST(MetricsTest, HistogramsHaveBuckets) {
  Histogram latency("test_latency_seconds", "Latency.");
  latency.Observe(0.02);

  EXPECT_THAT(Render(), HasSubstr(R"(test_latency_seconds_bucket{le="0.01"} 0)"));
  EXPECT_THAT(Render(), HasSubstr(R"(test_latency_seconds_bucket{le="0.025"} 1)"));
}

TEST(MetricsPageTest, EndsWithoutWaitingForItsListener) {
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 5; ++i) ASSERT_THAT(Page::Serve("127.0.0.1:0"), IsOk());

  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
}

TEST(MetricsPageTest, SaysWhenItsAddressIsTaken) {
  const auto first = Page::Serve("127.0.0.1:0");
  ASSERT_THAT(first, IsOk());

  const auto second = Page::Serve("127.0.0.1:" + std::to_string((*first)->port()));

  EXPECT_THAT(second, HasReason("METRICS_ADDRESS_TAKEN"));
}

}  // namespace
}  // namespace callimport::metrics
