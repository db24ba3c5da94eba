#include "services/job-scheduler/planning/newest_period.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "libs/testing/status_matchers.h"

namespace callimport::job_scheduler {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasCode;

const Timestamp kNow{seconds(1'767'225'600)};
const Window kWhole{kEarliestDefault, kNow};

// A source with calls at these times.
class NewestPeriodTest : public ::testing::Test {
 protected:
  int64_t CallsIn(const Window& window) const {
    return std::count_if(calls_.begin(), calls_.end(), [&](Timestamp start) {
      return start >= window.start && start < window.end;
    });
  }
  Window Find(int64_t limit) {
    return *FindNewestPeriod(kWhole, limit, [&](const Window& window) {
      ++counts_;
      return absl::StatusOr<int64_t>(CallsIn(window));
    });
  }

  std::vector<Timestamp> calls_;
  int counts_ = 0;
};

TEST_F(NewestPeriodTest, HoldsExactlyTheNewest) {
  for (int call = 1; call <= 5'000; ++call) calls_.push_back(kNow - hours(7) * call);

  EXPECT_EQ(CallsIn(Find(10)), 10);
  EXPECT_EQ(CallsIn(Find(1'234)), 1'234);
  EXPECT_LT(counts_, 60);
}

TEST_F(NewestPeriodTest, IsTheWholeRangeWhenThereAreFewer) {
  calls_ = {kNow - hours(24 * 900), kNow - minutes(1)};

  EXPECT_EQ(Find(10).start, kWhole.start);
}

TEST_F(NewestPeriodTest, LeavesOutWhatCannotBeParted) {
  calls_ = {kNow - hours(1)};
  for (int call = 0; call < 20; ++call) calls_.push_back(kNow - hours(2));

  EXPECT_EQ(CallsIn(Find(10)), 1);
}

TEST_F(NewestPeriodTest, FindsNoneWhenAllBeganAtOnce) {
  calls_.assign(20, kNow - hours(2));

  EXPECT_EQ(CallsIn(Find(10)), 0);
}

TEST_F(NewestPeriodTest, PassesOnWhatTheSourceSays) {
  const auto found = FindNewestPeriod(kWhole, 10, [](const Window&) {
    return absl::StatusOr<int64_t>(absl::UnavailableError("down"));
  });

  EXPECT_THAT(found, HasCode(absl::StatusCode::kUnavailable));
}

}  // namespace
}  // namespace callimport::job_scheduler
