#include "services/job-scheduler/storage/event_store.h"

#include <gmock/gmock.h>

#include "libs/postgres/transact.h"
#include "libs/testing/status_matchers.h"
#include "services/job-scheduler/storage/store_fixture.h"

namespace callimport::job_scheduler {
namespace {

using testing::HasReason;
using testing::IsOk;

class EventStoreTest : public StoreTest {};

TEST_F(EventStoreTest, EveryChangeOfAJobIsAnEvent) {
  const ImportJob job = ListJob({"a"});
  const auto before = events_.TakeSnapshot("");
  ASSERT_THAT(before, IsOk());

  Complete(Lease());

  const auto events = events_.ReadAfter(before->revision, 100);
  ASSERT_THAT(events, IsOk());
  ASSERT_EQ(events->size(), 1u);
  EXPECT_EQ((*events)[0].revision, before->revision + 1);
  EXPECT_EQ((*events)[0].status.job_id(), job.job_id);
  EXPECT_EQ((*events)[0].status.state(), common::v1::JOB_STATE_COMPLETED);
}

TEST_F(EventStoreTest, OnlyTheNewestEventOfEachJobIsRead) {
  const ImportJob first = ListJob({"a"}, "acme");
  const ImportJob second = ListJob({"b"}, "globex");

  const auto events = events_.ReadAfter(0, 100);

  ASSERT_THAT(events, IsOk());
  ASSERT_EQ(events->size(), 2u);
  EXPECT_EQ((*events)[0].status.job_id(), first.job_id);
  EXPECT_EQ((*events)[1].status.job_id(), second.job_id);
  EXPECT_TRUE((*events)[0].status.progress().listing_done());
  EXPECT_TRUE(events_.ReadAfter((*events)[1].revision, 100)->empty());
}

TEST_F(EventStoreTest, SnapshotsShowJobsThatAreNotOver) {
  const ImportJob over = ListJob({"a"});
  Complete(Lease());
  const ImportJob open = ListJob({"b"});

  const auto snapshot = events_.TakeSnapshot("");

  ASSERT_THAT(snapshot, IsOk());
  ASSERT_EQ(snapshot->jobs.size(), 1u);
  EXPECT_EQ(snapshot->jobs[0].job_id(), open.job_id);
  EXPECT_EQ(events_.TakeSnapshot(over.job_id)->jobs[0].state(), common::v1::JOB_STATE_COMPLETED);
  EXPECT_THAT(events_.TakeSnapshot(NewUuid()), HasReason("JOB_NOT_FOUND"));
}

TEST_F(EventStoreTest, ARevisionThatWasCleanedAwayIsGone) {
  ListJob({"a"});
  ASSERT_THAT(postgres::Transact(pool(),
                                 [](pqxx::work& tx) {
                                   tx.exec(
                                       "UPDATE job_events SET appended_at = now() - "
                                       "interval '2 hours'");
                                 }),
              IsOk());
  const int64_t newest = events_.TakeSnapshot("")->revision;

  EXPECT_EQ(*events_.DeleteOlderThan(std::chrono::hours(1)), newest - 1);

  EXPECT_THAT(events_.ReadAfter(0, 100), HasReason("REVISION_GONE"));
  EXPECT_THAT(events_.ReadAfter(newest, 100), IsOk());
  EXPECT_THAT(events_.ReadAfter(newest + 1, 100), HasReason("REVISION_GONE"))
      << "from the future: the database was restored";
}

}  // namespace
}  // namespace callimport::job_scheduler
