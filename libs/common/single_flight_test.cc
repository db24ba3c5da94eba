#include "libs/common/single_flight.h"

#include <gtest/gtest.h>

#include <latch>
#include <string>
#include <thread>
#include <vector>

namespace callimport {
namespace {

using Flights = SingleFlight<std::string, int>;

const Flights::Wish kAny{.good = [](int) { return true; }};
const Flights::Wish kAnother{.good = [](int) { return false; }};

TEST(SingleFlightTest, AsksOnceForAllWhoWantItAtTheSameTime) {
  constexpr int kWaiting = 8;
  Flights flights(10, [](int) { return false; });
  std::latch asking{1};
  std::latch answer{1};
  std::vector<int> values(kWaiting);
  {
    const std::jthread first([&] {
      flights.Get("a", kAny, [&](const int*) {
        asking.count_down();
        answer.wait();
        return 7;
      });
    });
    asking.wait();
    std::vector<std::jthread> others;
    others.reserve(kWaiting);
    for (int& value : values) {
      others.emplace_back([&] { value = flights.Get("a", kAny, [](const int*) { return 8; }); });
    }
    answer.count_down();
  }
  EXPECT_EQ(values, std::vector<int>(kWaiting, 7));
}

TEST(SingleFlightTest, AsksAgainWhenTheValueIsNotGoodAnyMore) {
  Flights flights(10, [](int) { return false; });
  flights.Get("a", kAny, [](const int*) { return 1; });
  EXPECT_EQ(flights.Get("a", kAny, [](const int*) { return 2; }), 1);
  EXPECT_EQ(flights.Get("a", kAnother, [](const int* before) { return *before + 4; }), 5);
  EXPECT_EQ(flights.Get("b", kAny, [](const int* before) { return before == nullptr ? 3 : 0; }), 3);
}

TEST(SingleFlightTest, WhoeverWishesMakesDoWithTheOldValueMeanwhile) {
  Flights flights(10, [](int) { return false; });
  flights.Get("a", kAny, [](const int*) { return 1; });
  const Flights::Wish patient{.good = kAnother.good, .meanwhile = kAny.good};
  flights.Get("a", kAnother, [&](const int*) {
    EXPECT_EQ(flights.Get("a", patient, [](const int*) { return 9; }), 1);
    return 2;
  });
  EXPECT_EQ(flights.Get("a", kAny, [](const int*) { return 9; }), 2);
}

TEST(SingleFlightTest, WhoeverCannotUseWhatIsUnderWayAsksForAnother) {
  Flights flights(10, [](int) { return false; });
  const Flights::Wish alone{.good = kAny.good, .join = false};
  flights.Get("a", kAny, [&](const int*) {
    EXPECT_EQ(flights.Get("a", alone, [](const int*) { return 2; }), 2);
    return 1;
  });
  EXPECT_EQ(flights.Get("a", kAny, [](const int*) { return 9; }), 2);
}

TEST(SingleFlightTest, WhatIsForgottenWhileItIsAskedForServesNobodyElse) {
  Flights flights(10, [](int) { return false; });
  flights.Get("a", kAny, [&](const int*) {
    flights.Forget("a");
    return 1;
  });
  EXPECT_EQ(flights.Get("a", kAny, [](const int*) { return 2; }), 2);
}

TEST(SingleFlightTest, ForgetsWhatIsSpentWhenThereIsMuch) {
  Flights flights(2, [](int value) { return value == 1; });
  for (const char* key : {"a", "b", "c"}) {
    flights.Get(key, kAny, [&](const int*) { return key[0] == 'b' ? 2 : 1; });
  }
  EXPECT_EQ(flights.Get("a", kAny, [](const int*) { return 3; }), 3);
  EXPECT_EQ(flights.Get("b", kAny, [](const int*) { return 3; }), 2);
}

}  // namespace
}  // namespace callimport
