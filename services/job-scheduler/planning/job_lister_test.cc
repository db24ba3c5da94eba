// Listings that outlive their cursors, and ranges that are longer than a vendor lets one ask for.
#include "services/job-scheduler/planning/job_lister.h"

#include <gmock/gmock.h>

#include <set>

#include "libs/common/errors.h"
#include "libs/common/proto_time.h"
#include "libs/testing/status_matchers.h"
#include "services/job-scheduler/storage/store_fixture.h"

namespace callimport::job_scheduler {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::HasReason;
using testing::IsOk;
namespace gateway = adapter_gateway::v1;

constexpr size_t kPageSize = 10;
constexpr minutes kCursorLife{15};

// A vendor with a call an hour, oldest first, whose cursors are good for one range and a quarter of
// an hour.
class PagedVendor : public adapter_gateway::CallCatalogClient {
 public:
  PagedVendor(const Clock& clock, Timestamp first, int calls) : clock_(clock) {
    for (int call = 0; call < calls; ++call) starts_.push_back(first + hours(call));
  }

  absl::StatusOr<gateway::CountCallsResponse> CountCalls(const gateway::CountCallsRequest& request,
                                                         const std::stop_token&) override {
    gateway::CountCallsResponse response;
    response.set_calls(static_cast<int64_t>(PlacesIn(request.filter()).size()));
    response.set_platform("gong");
    response.mutable_terms()->set_max_range_days(max_range_days);
    return response;
  }

  absl::Status ListCalls(const gateway::ListCallsRequest& request, const PageSink& sink,
                         const std::stop_token&) override {
    const auto places = PlacesIn(request.filter());
    longest_range = std::max(longest_range, FromProto(request.filter().end_time()) -
                                                FromProto(request.filter().start_time()));
    if (!request.cursor().empty() && !Knows(request.cursor(), request.filter())) {
      return Error(absl::StatusCode::kOutOfRange, "CURSOR_EXPIRED", "forgotten");
    }
    size_t offset = request.cursor().empty() ? 0 : std::stoul(request.cursor());
    do {
      if (pages_until_it_dies-- == 0) return absl::UnavailableError("the gateway died");
      ++pages;
      gateway::ListCallsResponse page = PageAt(places, offset, request.filter());
      const bool last = page.next_cursor().empty();
      const absl::Status taken = sink(std::move(page));
      if (!taken.ok() || last) return taken;
      offset += kPageSize;
    } while (true);
  }

  int max_range_days = 0;
  int pages_until_it_dies = -1;
  int pages = 0;
  // Does not say how long its cursors live.
  bool secretive = false;
  Timestamp::duration longest_range{0};

 private:
  struct Cursor {
    std::string range;
    Timestamp expires;
  };

  static std::string RangeOf(const common::v1::CallFilter& filter) {
    return filter.start_time().ShortDebugString() + filter.end_time().ShortDebugString();
  }
  bool Knows(const std::string& cursor, const common::v1::CallFilter& filter) const {
    const auto found = cursors_.find(cursor);
    return found != cursors_.end() && found->second.range == RangeOf(filter) &&
           found->second.expires > clock_.Now();
  }
  std::vector<size_t> PlacesIn(const common::v1::CallFilter& filter) const {
    std::vector<size_t> places;
    for (size_t place = 0; place < starts_.size(); ++place) {
      const Timestamp start = starts_[place];
      const bool inside =
          start >= FromProto(filter.start_time()) && start < FromProto(filter.end_time());
      if (inside) places.push_back(place);
    }
    return places;
  }
  gateway::ListCallsResponse PageAt(const std::vector<size_t>& places, size_t offset,
                                    const common::v1::CallFilter& filter) {
    gateway::ListCallsResponse page;
    for (size_t i = offset; i < std::min(offset + kPageSize, places.size()); ++i) {
      auto& record = *page.add_calls();
      record.set_source_call_id(std::to_string(places[i]));
      *record.mutable_start_time() = ToProto(starts_[places[i]]);
    }
    if (offset + kPageSize >= places.size()) return page;
    page.set_next_cursor(std::to_string(offset + kPageSize));
    cursors_[page.next_cursor()] = {RangeOf(filter), clock_.Now() + kCursorLife};
    if (!secretive) *page.mutable_cursor_expire_time() = ToProto(clock_.Now() + kCursorLife);
    return page;
  }

  const Clock& clock_;
  std::vector<Timestamp> starts_;
  std::map<std::string, Cursor> cursors_;
};

class ListingPartsTest : public StoreTest {
 protected:
  ImportJob CreateFor(int calls) {
    ImportJob job = NewJob();
    job.window = {first_, first_ + hours(calls)};
    job.work_class = common::v1::WORK_CLASS_INTERACTIVE;
    return *jobs_.Create(job, {NewUuid(), "digest"});
  }
  absl::Status Run() {
    const PlanLease lease = **plans_.Lease("planner");
    const absl::Status listed = lister_.Run(lease, std::stop_token());
    if (!listed.ok()) {
      EXPECT_THAT(plans_.HandBack(lease), IsOk());
    }
    return listed;
  }
  // Pages one to seven, of which everything is imported; then it is paused for twelve hours.
  ImportJob PauseAtPageSeven() {
    const ImportJob job = CreateFor(120);
    vendor_.pages_until_it_dies = 7;
    EXPECT_FALSE(Run().ok());
    EXPECT_EQ(Find(job).progress.listed_calls(), 70);
    Complete(Lease(70));
    EXPECT_THAT(jobs_.Pause("acme", job.job_id), IsOk());
    clock_.Advance(hours(12));
    EXPECT_THAT(jobs_.Resume("acme", job.job_id), IsOk());
    vendor_.pages = 0;
    return job;
  }

  const Timestamp first_ = clock_.Now() - hours(24 * 365);
  PagedVendor vendor_{clock_, first_, 24 * 100};
  JobLister lister_{plans_, vendor_, clock_};
};

TEST_F(ListingPartsTest, APauseOfTwelveHoursOutlivesTheCursorAndFetchesNothingTwice) {
  const ImportJob job = PauseAtPageSeven();

  EXPECT_THAT(Run(), IsOk());

  EXPECT_EQ(Find(job).progress.listed_calls(), 120);
  EXPECT_EQ(Find(job).progress.duplicate_calls(), 0);
  EXPECT_EQ(vendor_.pages, 6) << "from the newest stored call on, not from the start";
  EXPECT_EQ(Lease(500).size(), 50u) << "what was imported is not leased again";
}

TEST_F(ListingPartsTest, SoDoesOneWhoseCursorsDieUnannounced) {
  vendor_.secretive = true;
  const ImportJob job = PauseAtPageSeven();

  EXPECT_THAT(Run(), IsOk());

  EXPECT_EQ(Find(job).progress.listed_calls(), 120);
  EXPECT_EQ(vendor_.pages, 6);
}

TEST_F(ListingPartsTest, ALiveCursorIsTakenUp) {
  const ImportJob job = CreateFor(120);
  vendor_.pages_until_it_dies = 7;
  ASSERT_FALSE(Run().ok());
  vendor_.pages = 0;

  EXPECT_THAT(Run(), IsOk());

  EXPECT_EQ(vendor_.pages, 5);
  EXPECT_EQ(Find(job).progress.listed_calls(), 120);
}

TEST_F(ListingPartsTest, NoPartIsLongerThanTheVendorAllows) {
  vendor_.max_range_days = 30;
  const ImportJob job = CreateFor(24 * 100);

  EXPECT_THAT(Run(), IsOk());

  EXPECT_EQ(vendor_.longest_range, hours(24 * 30));
  EXPECT_EQ(Find(job).progress.listed_calls(), 24 * 100);
  EXPECT_EQ(Find(job).progress.total_calls(), 24 * 100);
  EXPECT_TRUE(Find(job).progress.listing_done());
}

TEST_F(ListingPartsTest, AnInterruptedPartIsTakenUpAndNoneBeforeIt) {
  vendor_.max_range_days = 30;
  const ImportJob job = CreateFor(24 * 100);
  vendor_.pages_until_it_dies = 100;
  ASSERT_FALSE(Run().ok());
  clock_.Advance(hours(12));
  vendor_.pages = 0;

  EXPECT_THAT(Run(), IsOk());

  EXPECT_LE(vendor_.pages, 240 - 100 + 1);
  EXPECT_EQ(Find(job).progress.listed_calls(), 24 * 100);
  EXPECT_EQ(Find(job).progress.duplicate_calls(), 0);
}

}  // namespace
}  // namespace callimport::job_scheduler
