#include "services/adapter-gateway/vendor/limit_headers.h"

#include <gtest/gtest.h>

namespace callimport::adapter_gateway {
namespace {

using namespace std::chrono_literals;

const Timestamp kNow{1'767'225'600s};

std::optional<VendorWord> Read(const std::map<std::string, std::string>& headers) {
  http::Head head;
  head.headers = headers;
  return VendorWordOf(head, kNow);
}

TEST(LimitHeaders, AreReadInEachOfTheirForms) {
  for (const std::map<std::string, std::string>& headers :
       {std::map<std::string, std::string>{{"x-ratelimit-limit", "60"},
                                           {"x-ratelimit-remaining", "7"},
                                           {"x-ratelimit-reset", "30"}},
        {{"x-rate-limit-limit", "60"},
         {"x-rate-limit-remaining", "7"},
         {"x-rate-limit-window", "30"}},
        {{"ratelimit-limit", "60, 60;w=60"},
         {"ratelimit-remaining", "7"},
         {"ratelimit-reset", "30"}},
        {{"x-ratelimit-limit", "60"},
         {"x-ratelimit-remaining", "7"},
         {"x-ratelimit-reset", "1767225630"}},
        {{"x-ratelimit-limit", "60"},
         {"x-ratelimit-remaining", "7"},
         {"x-ratelimit-reset", "1767225630000"}},
        {{"ratelimit", "limit=60, remaining=7, reset=30"}}}) {
    const auto word = Read(headers);

    ASSERT_TRUE(word.has_value());
    EXPECT_EQ(word->limit, 60);
    EXPECT_EQ(word->remaining, 7);
    EXPECT_EQ(word->reset, 30s);
  }
}

TEST(LimitHeaders, AreReadInTheNewestForm) {
  const auto word = Read({{"ratelimit", "\"default\";r=50;t=30"}});

  ASSERT_TRUE(word.has_value());
  EXPECT_EQ(word->remaining, 50);
  EXPECT_EQ(word->reset, 30s);
}

TEST(LimitHeaders, ThatSayNothingReadableAreIgnored) {
  EXPECT_FALSE(Read({}).has_value());
  EXPECT_FALSE(Read({{"x-ratelimit-limit", "unlimited"}}).has_value());
  EXPECT_FALSE(Read({{"x-ratelimit-remaining", "-1"}}).has_value());
}

TEST(LimitHeaders, OfThePastAreNow) {
  EXPECT_EQ(Read({{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "1767225000"}})->reset, 0s);
}

}  // namespace
}  // namespace callimport::adapter_gateway
