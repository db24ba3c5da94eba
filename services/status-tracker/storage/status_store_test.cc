#include "services/status-tracker/storage/status_store.h"

#include <gtest/gtest.h>

#include <thread>

#include "libs/testing/postgres_fixture.h"
#include "libs/testing/status_matchers.h"

namespace callimport::status_tracker {
namespace {

using common::v1::JobState;
using testing::IsOk;

ImportStatus StatusOf(const std::string& job_id, int64_t revision, int64_t processed,
                      JobState state = common::v1::JOB_STATE_IN_PROGRESS) {
  ImportStatus status;
  status.job.set_job_id(job_id);
  status.job.set_workspace_id("acme");
  status.job.set_state(state);
  status.job.set_current_item("call \"1\" with \\ and NULL");
  status.job.mutable_progress()->set_processed_calls(processed);
  status.revision = revision;
  status.calls_per_second = 2.5;
  return status;
}

class StatusStoreTest : public testing::PostgresTest {
 protected:
  StatusStoreTest() : PostgresTest("status_tracker", Migrations()) {}

  int64_t ProcessedOf(const std::string& job_id) {
    const auto found = store_.Find("acme", job_id);
    return found.ok() && *found ? (*found)->job.progress().processed_calls() : -1;
  }

  StatusStore store_{pool()};
};

TEST_F(StatusStoreTest, HasNoCursorAtFirst) {
  const auto cursor = store_.Cursor();

  ASSERT_THAT(cursor, IsOk());
  EXPECT_EQ(*cursor, std::nullopt);
}

TEST_F(StatusStoreTest, SavesStatusesTogetherWithTheCursor) {
  ASSERT_THAT(store_.Save({StatusOf("b", 7, 1), StatusOf("a", 8, 2)}, 8), IsOk());

  EXPECT_EQ(**store_.Cursor(), 8);
  const auto found = store_.Find("acme", "a");
  ASSERT_THAT(found, IsOk());
  ASSERT_TRUE(*found);
  EXPECT_EQ((*found)->revision, 8);
  EXPECT_EQ((*found)->calls_per_second, 2.5);
  EXPECT_EQ((*found)->job.SerializeAsString(), StatusOf("a", 8, 2).job.SerializeAsString());
}

TEST_F(StatusStoreTest, NeverLetsAnOlderStatusReplaceANewerOne) {
  ASSERT_THAT(store_.Save({StatusOf("a", 8, 80)}, 8), IsOk());

  ASSERT_THAT(store_.Save({StatusOf("a", 7, 70)}, 7), IsOk());

  EXPECT_EQ(ProcessedOf("a"), 80);
  EXPECT_EQ(**store_.Cursor(), 8);
}

TEST_F(StatusStoreTest, HidesJobsOfOtherWorkspaces) {
  ASSERT_THAT(store_.Remember(StatusOf("a", 1, 1)), IsOk());

  const auto found = store_.Find("globex", "a");

  ASSERT_THAT(found, IsOk());
  EXPECT_FALSE(*found);
}

TEST_F(StatusStoreTest, MovesNoCursorForAStatusThatWasAskedForAlone) {
  ASSERT_THAT(store_.Remember(StatusOf("a", 5, 1)), IsOk());

  EXPECT_EQ(*store_.Cursor(), std::nullopt);
}

TEST_F(StatusStoreTest, ListsActiveJobsNotHeardOfSince) {
  ASSERT_THAT(store_.Save({StatusOf("old", 3, 1), StatusOf("new", 9, 1),
                           StatusOf("done", 2, 1, common::v1::JOB_STATE_COMPLETED)},
                          9),
              IsOk());

  const auto jobs = store_.ActiveJobsBefore(9);

  ASSERT_THAT(jobs, IsOk());
  EXPECT_EQ(*jobs, std::vector<std::string>{"old"});
}

TEST_F(StatusStoreTest, ForgetsJobs) {
  ASSERT_THAT(store_.Save({StatusOf("a", 3, 1), StatusOf("b", 3, 1)}, 3), IsOk());

  ASSERT_THAT(store_.Forget({"a"}), IsOk());

  EXPECT_EQ(ProcessedOf("a"), -1);
  EXPECT_EQ(ProcessedOf("b"), 1);
}

TEST_F(StatusStoreTest, ForgetsJobsThatEndedLongAgo) {
  ASSERT_THAT(
      store_.Save(
          {StatusOf("active", 3, 1), StatusOf("ended", 3, 1, common::v1::JOB_STATE_COMPLETED)}, 3),
      IsOk());

  ASSERT_THAT(store_.ForgetEnded(std::chrono::hours(1)), IsOk());
  EXPECT_EQ(ProcessedOf("ended"), 1);
  ASSERT_THAT(store_.ForgetEnded(std::chrono::seconds(-1)), IsOk());

  EXPECT_EQ(ProcessedOf("ended"), -1);
  EXPECT_EQ(ProcessedOf("active"), 1);
}

// Two replicas read the same feed in batches of other borders: the newest must remain.
TEST_F(StatusStoreTest, StaysAtTheNewestWhenReplicasSaveSideBySide) {
  const auto save_all = [this](int64_t step) {
    for (int64_t revision = step; revision <= 200; revision += step) {
      ASSERT_THAT(
          store_.Save({StatusOf("b", revision, revision), StatusOf("a", revision, revision)},
                      revision),
          IsOk());
    }
  };

  std::thread replica([&] { save_all(5); });
  save_all(2);
  replica.join();

  EXPECT_EQ(ProcessedOf("a"), 200);
  EXPECT_EQ(ProcessedOf("b"), 200);
  EXPECT_EQ(**store_.Cursor(), 200);
}

}  // namespace
}  // namespace callimport::status_tracker
