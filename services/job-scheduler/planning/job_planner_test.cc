#include "services/job-scheduler/planning/job_planner.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <future>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/testing/status_matchers.h"
#include "services/job-scheduler/planning/scripted_catalog.h"
#include "services/job-scheduler/storage/store_fixture.h"

namespace callimport::job_scheduler {
namespace {

using ::testing::ElementsAre;
using testing::HasReason;
using testing::IsOk;
using Page = ScriptedCatalog::Page;
using PageSink = adapter_gateway::CallCatalogClient::PageSink;
using Request = adapter_gateway::v1::ListCallsRequest;

// Hands over the pages, then ends like this.
ScriptedCatalog::ListScript Pages(std::vector<Page> pages, absl::Status end = absl::OkStatus()) {
  return [pages, end](const Request&, const PageSink& sink, const std::stop_token&) {
    for (const Page& page : pages) {
      const absl::Status taken = sink(page);
      if (!taken.ok()) return taken;
    }
    return end;
  };
}

class JobListerTest : public StoreTest {
 protected:
  absl::Status Run() { return lister_.Run(**plans_.Lease("planner"), std::stop_token()); }

  ScriptedCatalog catalog_;
  JobLister lister_{plans_, catalog_, clock_};
};

TEST_F(JobListerTest, CountsThenListsToTheLastPage) {
  const ImportJob job = CreateJob();
  catalog_.AddListing(
      Pages({ScriptedCatalog::PageOf({"a", "b"}, "1"), ScriptedCatalog::PageOf({"c"}, "")}));

  EXPECT_THAT(Run(), IsOk());

  const ImportJob listed = Find(job);
  EXPECT_EQ(listed.state, common::v1::JOB_STATE_IN_PROGRESS);
  EXPECT_EQ(listed.platform, "gong");
  EXPECT_EQ(listed.progress.listed_calls(), 3);
  EXPECT_TRUE(listed.progress.listing_done());
}

TEST_F(JobListerTest, ACrashBetweenPagesGoesOnAtTheCheckpoint) {
  const ImportJob job = CreateJob();
  catalog_.AddListing(Pages({ScriptedCatalog::PageOf({"a", "b"}, "after b")},
                            absl::UnavailableError("the gateway died")));
  catalog_.AddListing(Pages({ScriptedCatalog::PageOf({"c"}, "")}));
  EXPECT_FALSE(Run().ok());
  clock_.Advance(std::chrono::seconds(16));

  EXPECT_THAT(Run(), IsOk());

  EXPECT_THAT(catalog_.cursors(), ElementsAre("", "after b"));
  EXPECT_EQ(Find(job).progress.listed_calls(), 3);
}

TEST_F(JobListerTest, AnExpiredCursorListsTheWindowAgainWithoutDuplicates) {
  const ImportJob job = CreateJob();
  catalog_.AddListing(Pages({ScriptedCatalog::PageOf({"a", "b"}, "after b")},
                            absl::UnavailableError("the gateway died")));
  catalog_.AddListing(
      Pages({}, Error(absl::StatusCode::kOutOfRange, "CURSOR_EXPIRED", "forgotten")));
  catalog_.AddListing(
      Pages({ScriptedCatalog::PageOf({"a", "b"}, "after b"), ScriptedCatalog::PageOf({"c"}, "")}));
  EXPECT_FALSE(Run().ok());
  clock_.Advance(std::chrono::seconds(16));

  EXPECT_THAT(Run(), IsOk());

  EXPECT_THAT(catalog_.cursors(), ElementsAre("", "after b", ""));
  EXPECT_EQ(Find(job).progress.listed_calls(), 3);
  EXPECT_EQ(Find(job).progress.duplicate_calls(), 0);
}

TEST_F(JobListerTest, ACursorPastItsTimeIsNotTried) {
  const ImportJob job = CreateJob();
  Page page = ScriptedCatalog::PageOf({"a"}, "after a");
  page.mutable_cursor_expire_time()->set_seconds(
      std::chrono::duration_cast<std::chrono::seconds>(clock_.Now().time_since_epoch()).count() +
      10);
  catalog_.AddListing(Pages({page}, absl::UnavailableError("the gateway died")));
  catalog_.AddListing(Pages({ScriptedCatalog::PageOf({"a", "b"}, "")}));
  EXPECT_FALSE(Run().ok());
  clock_.Advance(std::chrono::seconds(16));

  EXPECT_THAT(Run(), IsOk());

  EXPECT_THAT(catalog_.cursors(), ElementsAre("", ""));
  EXPECT_EQ(Find(job).progress.listed_calls(), 2);
}

TEST_F(JobListerTest, AListingThatEndsBeforeItsLastPageIsNoSuccess) {
  CreateJob();
  catalog_.AddListing(Pages({ScriptedCatalog::PageOf({"a"}, "more")}));

  EXPECT_THAT(Run(), HasReason("LISTING_CUT_SHORT"));
}

TEST_F(JobListerTest, ACancelledJobStopsBetweenPages) {
  const ImportJob job = CreateJob();
  catalog_.AddListing([&](const Request&, const PageSink& sink, const std::stop_token&) {
    RETURN_IF_ERROR(sink(ScriptedCatalog::PageOf({"a"}, "1")));
    EXPECT_THAT(jobs_.Cancel("acme", job.job_id), IsOk());
    absl::Status taken;
    while (taken.ok()) taken = sink(ScriptedCatalog::PageOf({"b"}, "2"));
    return taken;
  });

  EXPECT_THAT(Run(), HasReason("JOB_ENDED"));
  EXPECT_EQ(Find(job).state, common::v1::JOB_STATE_CANCELLED);
  EXPECT_TRUE(Lease().empty());
}

TEST_F(JobListerTest, APausedJobGoesOnAtItsCheckpoint) {
  const ImportJob job = CreateJob();
  catalog_.AddListing([&](const Request&, const PageSink& sink, const std::stop_token&) {
    RETURN_IF_ERROR(sink(ScriptedCatalog::PageOf({"a"}, "after a")));
    while (Find(job).progress.listed_calls() < 1) std::this_thread::yield();
    EXPECT_THAT(jobs_.Pause("acme", job.job_id), IsOk());
    absl::Status taken;
    while (taken.ok()) taken = sink(ScriptedCatalog::PageOf({"b"}, "after b"));
    return taken;
  });
  catalog_.AddListing(Pages({ScriptedCatalog::PageOf({"b", "c"}, "")}));

  EXPECT_THAT(Run(), HasReason("JOB_ENDED"));
  EXPECT_EQ(Find(job).progress.listed_calls(), 1) << "nothing is stored once it is paused";
  ASSERT_THAT(jobs_.Resume("acme", job.job_id), IsOk());
  EXPECT_THAT(Run(), IsOk());

  EXPECT_THAT(catalog_.cursors(), ElementsAre("", "after a"));
  EXPECT_EQ(Find(job).progress.listed_calls(), 3);
}

class JobPlannerTest : public JobListerTest {
 protected:
  // Waits for the event feed to show the job like this.
  template <typename Predicate>
  bool Becomes(const ImportJob& job, Predicate predicate) {
    for (int look = 0; look < 1'000; ++look) {
      if (predicate(Find(job))) return true;
      uint64_t seen = 0;
      pace_.Wait(seen, std::chrono::milliseconds(10));
    }
    return false;
  }

  feed::FeedSignal wake_;
  feed::FeedSignal pace_;
  JobPlanner planner_{plans_, catalog_, wake_, 2, clock_};
};

TEST_F(JobPlannerTest, ListsJobsAsTheyCome) {
  catalog_.AddListing(Pages({ScriptedCatalog::PageOf({"a"}, "")}));
  planner_.Start();
  const ImportJob job = CreateJob();
  wake_.Raise();

  EXPECT_TRUE(Becomes(job, [](const ImportJob& now) { return now.progress.listing_done(); }));
}

TEST_F(JobPlannerTest, ABadCredentialFailsTheJobWithItsReason) {
  catalog_.CountAs(Error(absl::StatusCode::kFailedPrecondition, "INVALID_KEY", "refused"));
  const ImportJob job = CreateJob();
  planner_.Start();

  ASSERT_TRUE(
      Becomes(job, [](const ImportJob& now) { return now.state == common::v1::JOB_STATE_FAILED; }));
  EXPECT_EQ(StatusOf(Find(job)).last_error(), "INVALID_KEY: refused");
}

TEST_F(JobPlannerTest, AJobWithoutQuotaIsParkedUntilThereIsSome) {
  catalog_.CountAs(WithRetryDelay(
      Error(absl::StatusCode::kResourceExhausted, "QUOTA_EXHAUSTED", "come back later"),
      std::chrono::minutes(30)));
  const ImportJob job = CreateJob();
  planner_.Start();
  ASSERT_TRUE(Becomes(job, [](const ImportJob& now) { return !now.listing_error.empty(); }));
  catalog_.CountAs(absl::UnavailableError("not asked yet"));
  EXPECT_EQ(Find(job).state, common::v1::JOB_STATE_COUNTING);

  clock_.Advance(std::chrono::minutes(30));
  wake_.Raise();

  EXPECT_TRUE(Becomes(job, [](const ImportJob& now) {
    return now.listing_error.find("not asked yet") != std::string::npos;
  }));
}

TEST_F(JobPlannerTest, APausedJobLeavesTheSourceAloneThoughItSendsNothing) {
  std::promise<void> listing;
  std::promise<void> left_alone;
  catalog_.AddListing([&](const Request&, const PageSink&, const std::stop_token& stop) {
    std::promise<void> stopped;
    const std::stop_callback on_stop(stop, [&] { stopped.set_value(); });
    listing.set_value();
    stopped.get_future().wait();
    left_alone.set_value();
    return absl::CancelledError("stopped");
  });
  catalog_.AddListing(Pages({ScriptedCatalog::PageOf({"a"}, "")}));
  const ImportJob job = CreateJob();
  planner_.Start();
  listing.get_future().wait();
  ASSERT_THAT(planner_.StopLost(), IsOk());
  ASSERT_THAT(jobs_.Pause("acme", job.job_id), IsOk());

  ASSERT_THAT(planner_.StopLost(), IsOk());

  left_alone.get_future().wait();
  ASSERT_THAT(jobs_.Resume("acme", job.job_id), IsOk());
  wake_.Raise();
  EXPECT_TRUE(Becomes(job, [](const ImportJob& now) { return now.progress.listing_done(); }));
  EXPECT_TRUE(Find(job).listing_error.empty());
}

TEST_F(JobPlannerTest, StoppingHandsTheJobBackWhereItIs) {
  std::promise<void> listing;
  catalog_.AddListing([&](const Request&, const PageSink& sink, const std::stop_token& stop) {
    RETURN_IF_ERROR(sink(ScriptedCatalog::PageOf({"a"}, "after a")));
    std::promise<void> stopped;
    const std::stop_callback on_stop(stop, [&] { stopped.set_value(); });
    listing.set_value();
    stopped.get_future().wait();
    return absl::CancelledError("stopped");
  });
  const ImportJob job = CreateJob();
  planner_.Start();
  listing.get_future().wait();
  ASSERT_TRUE(Becomes(job, [](const ImportJob& now) { return now.progress.listed_calls() == 1; }));

  planner_.Stop();

  const auto lease = plans_.Lease("another");
  ASSERT_TRUE(lease->has_value()) << "the lease need not run out";
  EXPECT_EQ(plans_.FindCheckpoint(job.job_id)->cursor, "after a");
  EXPECT_TRUE(Find(job).listing_error.empty());
}

// A vendor's outage, on the clock of the schedule that calls have.
class ListingRetriesTest : public JobPlannerTest {
 protected:
  static absl::Status Down() {
    return Error(absl::StatusCode::kUnavailable, "VENDOR_UNREACHABLE", "no answer");
  }
  // Its calls do not wait for the night.
  ImportJob CreateUrgent() {
    ImportJob job = NewJob();
    job.run_now = true;
    return *jobs_.Create(job, {NewUuid(), "digest"});
  }
  // Plans whenever it may, and tells when that was. Looks ever more rarely, as tries become rare.
  std::vector<std::chrono::milliseconds> TriesWithin(std::chrono::hours time) {
    const Timestamp start = clock_.Now();
    std::vector<std::chrono::milliseconds> tries;
    while (clock_.Now() < start + time) {
      const auto elapsed =
          std::chrono::duration_cast<std::chrono::milliseconds>(clock_.Now() - start);
      if (planner_.PlanOne()) tries.push_back(elapsed);
      clock_.Advance(std::clamp<std::chrono::milliseconds>(elapsed / 20, std::chrono::seconds(1),
                                                           std::chrono::minutes(30)));
    }
    return tries;
  }
};

TEST_F(ListingRetriesTest, AnOutageEndsTheJobAndARetryGoesOnBehindWhatIsStored) {
  const ImportJob job = CreateUrgent();
  catalog_.AddListing(Pages({ScriptedCatalog::PageOf({"a"}, "after a")}, Down()));
  catalog_.AddListing(Pages({}, Down()));

  const auto tries = TriesWithin(std::chrono::hours(24 * 7));

  ASSERT_EQ(tries.size(), 8U) << "three soon, and one after each pause of the lane";
  EXPECT_LE(tries[2], std::chrono::minutes(1));
  EXPECT_GE(tries[7], std::chrono::hours(24)) << "it is 32 h 35 min, drawn by chance";
  EXPECT_LE(tries[7], std::chrono::hours(44));
  EXPECT_EQ(Find(job).state, common::v1::JOB_STATE_IN_PROGRESS) << "its call is still there";
  Complete(Lease());
  EXPECT_EQ(Find(job).state, common::v1::JOB_STATE_FAILED);
  const std::string why = StatusOf(Find(job)).last_error();
  EXPECT_NE(why.find("LISTING_GIVEN_UP"), std::string::npos) << why;
  EXPECT_NE(why.find("VENDOR_UNREACHABLE: no answer"), std::string::npos) << why;

  catalog_.AddListing(Pages({ScriptedCatalog::PageOf({"b"}, "")}));
  ASSERT_THAT(jobs_.RetryFailed("acme", job.job_id, FailedCalls()), IsOk());
  EXPECT_EQ(TriesWithin(std::chrono::hours(1)).size(), 2U) << "down once more, then up";

  EXPECT_EQ(catalog_.cursors().back(), "after a") << "what is stored is not listed again";
  EXPECT_EQ(Find(job).progress.listed_calls(), 2);
  Complete(Lease());
  EXPECT_EQ(Find(job).state, common::v1::JOB_STATE_COMPLETED);
  EXPECT_EQ(Find(job).progress.completed_calls(), 2);
  EXPECT_TRUE(StatusOf(Find(job)).last_error().empty());
}

TEST_F(ListingRetriesTest, WaitsForQuotaAndForOurOwnServicesAreNeverTooMany) {
  const ImportJob job = CreateUrgent();
  catalog_.CountAs(WithRetryDelay(
      Error(absl::StatusCode::kResourceExhausted, "QUOTA_EXHAUSTED", "come back later"),
      std::chrono::hours(2)));
  EXPECT_GT(TriesWithin(std::chrono::hours(24 * 7)).size(), 60U);
  EXPECT_EQ(Find(job).state, common::v1::JOB_STATE_COUNTING);

  catalog_.CountAs(absl::UnavailableError("connection refused"));
  EXPECT_GT(TriesWithin(std::chrono::hours(3)).size(), 20U);
  EXPECT_EQ(Find(job).state, common::v1::JOB_STATE_COUNTING);
}

TEST_F(ListingRetriesTest, WhatBringsSomethingNewCountsAnew) {
  const ImportJob job = CreateUrgent();
  for (int page = 0; page < 20; ++page) {
    const std::string id = std::to_string(page);
    catalog_.AddListing(Pages({ScriptedCatalog::PageOf({id}, "after " + id)}, Down()));
  }
  catalog_.AddListing(Pages({ScriptedCatalog::PageOf({"last"}, "")}));

  EXPECT_EQ(TriesWithin(std::chrono::hours(1)).size(), 21U);
  EXPECT_EQ(Find(job).progress.listed_calls(), 21);
}

TEST_F(ListingRetriesTest, TheSamePageAgainAndAgainIsNothingNew) {
  const ImportJob job = CreateUrgent();
  catalog_.AddListing(Pages({ScriptedCatalog::PageOf({"a"}, "more")}, Down()));

  EXPECT_EQ(TriesWithin(std::chrono::hours(24 * 7)).size(), 8U);
  Complete(Lease());
  EXPECT_EQ(Find(job).state, common::v1::JOB_STATE_FAILED);
}

TEST_F(JobPlannerTest, OnceStoppedNothingIsListedNorKept) {
  const ImportJob job = CreateJob();
  planner_.Stop();

  EXPECT_FALSE(planner_.PlanOne());

  EXPECT_THAT(catalog_.cursors(), ElementsAre());
  EXPECT_EQ(Find(job).state, common::v1::JOB_STATE_PENDING);
  EXPECT_TRUE(plans_.Lease("another")->has_value()) << "the lease need not run out";
}

}  // namespace
}  // namespace callimport::job_scheduler
