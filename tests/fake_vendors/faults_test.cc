#include "tests/fake_vendors/faults.h"

#include <gtest/gtest.h>

#include "libs/testing/status_matchers.h"

namespace callimport::fake_vendors {
namespace {

using ::callimport::testing::HasReason;
using ::callimport::testing::IsOk;

Fault Parsed(const std::string& json) {
  const absl::StatusOr<Fault> fault = ParseFault(json);
  EXPECT_THAT(fault, IsOk());
  return fault.value_or(Fault());
}

TEST(Faults, AreReadFromJson) {
  const Fault fault = Parsed(
      R"({"kind":"status","status":429,"retry_after":7,"times":3,
          "match":{"endpoint":"api","calls":["1"],"share":0.5}})");

  EXPECT_EQ(fault.kind, FaultKind::kStatus);
  EXPECT_EQ(fault.status, 429);
  EXPECT_EQ(fault.retry_after_seconds, 7);
  EXPECT_EQ(fault.times, 3U);
  EXPECT_EQ(fault.endpoint, "api");
  EXPECT_EQ(fault.calls, std::set<std::string>{"1"});
  EXPECT_DOUBLE_EQ(fault.share, 0.5);
}

TEST(Faults, OfUnknownKindOrFieldAreRefused) {
  for (const char* json : {R"({"kind":"sad"})", R"({"kind":"html","time":1})", "{}", "no json",
                           R"({"kind":"html","match":{"cals":[]}})"}) {
    EXPECT_THAT(ParseFault(json), HasReason("BAD_FAULT")) << json;
  }
}

TEST(Faults, StrikeAsOftenAsOrdered) {
  Faults faults(1);
  faults.Add(Parsed(R"({"kind":"empty","times":2})"));

  EXPECT_TRUE(faults.Meet("media", {"1"}));
  EXPECT_TRUE(faults.Meet("users", {}));
  EXPECT_FALSE(faults.Meet("media", {"1"}));
}

TEST(Faults, StrikeEachCallAsOftenAsOrdered) {
  Faults faults(1);
  faults.Add(Parsed(R"({"kind":"empty","times_per_call":1})"));

  EXPECT_TRUE(faults.Meet("media", {"1"}));
  EXPECT_FALSE(faults.Meet("media", {"1"}));
  EXPECT_TRUE(faults.Meet("media", {"2"}));
}

TEST(Faults, SpareOtherEndpointsAndCalls) {
  Faults faults(1);
  faults.Add(Parsed(R"({"kind":"empty","match":{"endpoint":"api","calls":["1"]}})"));

  EXPECT_FALSE(faults.Meet("media", {"1"}));
  EXPECT_FALSE(faults.Meet("extensive", {"2"}));
  EXPECT_FALSE(faults.Meet("users", {}));
  EXPECT_TRUE(faults.Meet("extensive", {"2", "1"}));
}

TEST(Faults, StrikeTheSameShareOfCallsEveryTime) {
  Faults faults(1);
  faults.Add(Parsed(R"({"kind":"empty","match":{"share":0.2}})"));
  int struck = 0;
  for (int call = 0; call < 1000; ++call) {
    const bool first = faults.Meet("media", {std::to_string(call)}).has_value();
    EXPECT_EQ(faults.Meet("media", {std::to_string(call)}).has_value(), first);
    struck += first ? 1 : 0;
  }
  EXPECT_NEAR(struck, 200, 50);
}

TEST(Faults, EndWhenCleared) {
  Faults faults(1);
  faults.Add(Parsed(R"({"kind":"empty"})"));
  faults.Clear();
  EXPECT_FALSE(faults.Meet("media", {"1"}));
}

}  // namespace
}  // namespace callimport::fake_vendors
