#include "services/job-scheduler/storage/mass_import_store.h"

#include <functional>

#include "libs/postgres/transact.h"
#include "libs/testing/status_matchers.h"
#include "services/job-scheduler/storage/forgotten_calls_store.h"
#include "services/job-scheduler/storage/store_fixture.h"
#include "services/job-scheduler/storage/workspace_store.h"
#include "services/job-scheduler/storage/workspaces_table.h"

namespace callimport::job_scheduler {
namespace {

using testing::HasReason;
using testing::IsOk;

class MassImportStoreTest : public StoreTest {
 protected:
  static MassImport NewImport(const std::string& workspace_id = "acme") {
    MassImport import;
    import.mass_import_id = NewUuid();
    import.workspace_id = workspace_id;
    import.credential_id = NewUuid();
    import.request_id = NewUuid();
    import.reason = "moving over";
    import.created_by.set_kind(common::v1::Actor::KIND_SUPPORT);
    import.created_by.set_name("dana");
    return import;
  }

  // One that has imported these calls, and has ended.
  MassImport Ended(const std::vector<std::string>& source_ids) {
    MassImport import = *imports_.Begin(NewImport());
    const ImportJob job = ListJob(source_ids);
    import = *imports_.Record(import, MassStep::kImportStarted, job.job_id);
    Complete(Lease());
    return *imports_.Record(import, MassStep::kMaintenanceOff);
  }

  absl::StatusOr<MassImportStore::ResetAnswer> Reset(const MassImport& import, bool dry_run,
                                                     const std::string& token = "") {
    return imports_.Reset({.workspace_id = import.workspace_id,
                           .mass_import_id = import.mass_import_id,
                           .dry_run = dry_run,
                           .confirm_token = token,
                           .actor = import.created_by,
                           .correlation_id = "c1"});
  }

  void InTransaction(const std::function<void(pqxx::work&)>& act) {
    EXPECT_THAT(postgres::Transact(pool(), act), IsOk());
  }

  // As media-pipeline does when it has deleted the rest.
  void ConfirmAll() {
    const auto forgotten = forgotten_.List(1'000);
    std::vector<std::string> ids;
    for (const ForgottenCall& call : *forgotten) ids.push_back(call.call_id);
    ASSERT_THAT(forgotten_.Confirm(ids), IsOk());
  }

  MassImportStore imports_{pool(), clock_};
  ForgottenCallsStore forgotten_{pool(), listener_};
  WorkspaceStore workspaces_{pool(), WorkspaceSettings(), clock_};
};

TEST_F(MassImportStoreTest, AnEndThatIsOverIsNoEstimate) {
  MassImport import = NewImport();
  import.estimated_end = clock_.Now();
  EXPECT_THAT(imports_.Begin(import), HasReason("INVALID_REQUEST"));

  import.estimated_end = clock_.Now() + std::chrono::hours(1);
  ASSERT_THAT(imports_.Begin(import), IsOk());
  clock_.Advance(std::chrono::hours(2));

  EXPECT_THAT(imports_.Begin(import), IsOk()) << "the same request goes on, however late";
}

TEST_F(MassImportStoreTest, AWorkspaceHasOneAtATime) {
  const MassImport first = NewImport();
  ASSERT_THAT(imports_.Begin(first), IsOk());

  EXPECT_THAT(imports_.Begin(NewImport()), HasReason("MASS_IMPORT_RUNNING"));
  EXPECT_THAT(imports_.Begin(NewImport("globex")), IsOk());
  EXPECT_EQ(imports_.Begin(first)->mass_import_id, first.mass_import_id) << "the same request";
}

TEST_F(MassImportStoreTest, ARequestForAnotherCredentialIsRefused) {
  MassImport import = NewImport();
  ASSERT_THAT(imports_.Begin(import), IsOk());
  import.credential_id = NewUuid();

  EXPECT_THAT(imports_.Begin(import), HasReason("REQUEST_ID_REUSED"));
}

TEST_F(MassImportStoreTest, AStepIsDoneOnce) {
  const MassImport import = *imports_.Begin(NewImport());
  const auto first = imports_.Record(import, MassStep::kMaintenanceOn);
  clock_.Advance(std::chrono::minutes(5));

  const auto again = imports_.Record(import, MassStep::kMaintenanceOn);

  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->DoneAt(MassStep::kMaintenanceOn), first->DoneAt(MassStep::kMaintenanceOn));
}

TEST_F(MassImportStoreTest, TheWorkspaceIsClosedMeanwhileAndOthersAreNot) {
  const MassImport import = *imports_.Begin(NewImport());
  EXPECT_THAT(workspaces_.CheckOpen("acme"), IsOk());
  ASSERT_THAT(imports_.Record(import, MassStep::kMaintenanceOn), IsOk());

  const absl::Status closed = workspaces_.CheckOpen("acme");

  EXPECT_THAT(closed, HasReason("WORKSPACE_IN_MAINTENANCE"));
  EXPECT_THAT(std::string(closed.message()), ::testing::HasSubstr("moving over"));
  EXPECT_THAT(workspaces_.CheckOpen("globex"), IsOk());
  ASSERT_THAT(imports_.Record(import, MassStep::kMaintenanceOff), IsOk());
  EXPECT_THAT(workspaces_.CheckOpen("acme"), IsOk());
  EXPECT_TRUE(imports_.ListOpen()->empty());
}

TEST_F(MassImportStoreTest, OtherJobsOfTheWorkspaceStandStillMeanwhile) {
  const ImportJob other = ListJob({"x"});
  const MassImport import = *imports_.Begin(NewImport());
  ASSERT_THAT(imports_.Record(import, MassStep::kMaintenanceOn), IsOk());
  const ImportJob late = CreateJob();

  EXPECT_TRUE(Lease().empty());
  EXPECT_FALSE(plans_.Lease("planner")->has_value()) << "nor is it listed";
  EXPECT_THAT(jobs_.RunNow("acme", other.job_id, {}, "c1"), HasReason("WORKSPACE_IN_MAINTENANCE"));
  EXPECT_THAT(jobs_.RetryFailed("acme", other.job_id, {}), HasReason("WORKSPACE_IN_MAINTENANCE"));
  ASSERT_THAT(jobs_.Pause("acme", late.job_id), IsOk());
  EXPECT_THAT(jobs_.Resume("acme", late.job_id), HasReason("WORKSPACE_IN_MAINTENANCE"));
  EXPECT_EQ(Find(late).state, common::v1::JOB_STATE_PAUSED);
  EXPECT_THAT(queue_.RegisterUpload({.workspace_id = "acme",
                                     .content_sha256 = std::string(64, 'a'),
                                     .title = "call.wav",
                                     .worker = "worker",
                                     .actor = {},
                                     .correlation_id = "c1"}),
              HasReason("WORKSPACE_IN_MAINTENANCE"));

  const ImportJob own = CreateJob();
  ASSERT_THAT(imports_.Record(import, MassStep::kImportStarted, own.job_id), IsOk());
  ASSERT_THAT(plans_.StoreCalls(StartListing(own), Calls({"y"})), IsOk());
  const auto leased = Lease();
  ASSERT_EQ(leased.size(), 1U);
  EXPECT_EQ(leased[0].job_id, own.job_id);

  ASSERT_THAT(imports_.Record(import, MassStep::kMaintenanceOff), IsOk());
  EXPECT_EQ(Lease().at(0).job_id, other.job_id);
}

TEST_F(MassImportStoreTest, ResettingDeletesWhatTheDryRunCounted) {
  const MassImport import = Ended({"a", "b", "c"});
  const auto counted = Reset(import, /*dry_run=*/true);
  ASSERT_THAT(counted, IsOk());
  EXPECT_EQ(counted->batch.calls, 3);
  EXPECT_EQ(counted->batch.engagements, 3);
  EXPECT_EQ(counted->batch.recordings, 3);
  EXPECT_EQ(counted->batch.transcripts, 3);
  EXPECT_FALSE(counted->deleted);

  const auto deleted = Reset(import, /*dry_run=*/false, counted->confirm_token);

  ASSERT_THAT(deleted, IsOk());
  EXPECT_TRUE(deleted->deleted);
  EXPECT_EQ(deleted->pending_calls, 3);
  EXPECT_EQ(Reset(import, /*dry_run=*/true)->batch, BatchSize());
  ConfirmAll();
  EXPECT_EQ(ListJob({"a", "b", "c"}).progress.duplicate_calls(), 0) << "all of them are new again";
}

TEST_F(MassImportStoreTest, ResettingLeavesTheCallsOfOtherJobs) {
  ListJob({"a"});
  Complete(Lease());
  const MassImport import = Ended({"a", "b", "c"});
  ListJob({"c"});

  const auto counted = Reset(import, /*dry_run=*/true);
  ASSERT_THAT(counted, IsOk());
  ASSERT_THAT(Reset(import, /*dry_run=*/false, counted->confirm_token), IsOk());
  ConfirmAll();

  EXPECT_EQ(counted->batch.calls, 1) << "b: a was there before, and c was met again";
  EXPECT_EQ(ListJob({"a", "b", "c"}).progress.duplicate_calls(), 2);
}

TEST_F(MassImportStoreTest, TheWorkspaceIsClosedUntilNothingOfItIsLeftElsewhere) {
  const MassImport import = Ended({"a", "b"});
  const auto counted = Reset(import, /*dry_run=*/true);
  ASSERT_THAT(Reset(import, /*dry_run=*/false, counted->confirm_token), IsOk());
  EXPECT_THAT(workspaces_.CheckOpen("acme"), HasReason("WORKSPACE_IN_MAINTENANCE"));
  const auto forgotten = forgotten_.List(10);
  ASSERT_EQ(forgotten->size(), 2U);
  EXPECT_THAT(imports_.Begin(NewImport()), HasReason("WORKSPACE_IN_MAINTENANCE"));
  EXPECT_EQ((*forgotten)[0].workspace_id, "acme");
  EXPECT_EQ((*forgotten)[0].platform, "gong");

  ASSERT_THAT(forgotten_.Confirm({(*forgotten)[0].call_id}), IsOk());
  EXPECT_THAT(workspaces_.CheckOpen("acme"), HasReason("WORKSPACE_IN_MAINTENANCE"));
  EXPECT_EQ(Reset(import, /*dry_run=*/true)->pending_calls, 1);
  ASSERT_THAT(forgotten_.Confirm({(*forgotten)[1].call_id}), IsOk());

  EXPECT_THAT(workspaces_.CheckOpen("acme"), IsOk());
  EXPECT_TRUE(forgotten_.List(10)->empty());
}

TEST_F(MassImportStoreTest, NothingIsResetWhileAnotherImportMayMeetIt) {
  const MassImport import = Ended({"a"});
  CreateJob();

  EXPECT_THAT(Reset(import, /*dry_run=*/true), HasReason("IMPORTS_RUNNING"));
}

TEST_F(MassImportStoreTest, NothingIsResetThatWasNotCounted) {
  EXPECT_THAT(Reset(Ended({"a"}), /*dry_run=*/false, "2-2-0"), HasReason("RESET_CHANGED"));
}

TEST_F(MassImportStoreTest, NothingIsResetWhileItRuns) {
  const MassImport import = *imports_.Begin(NewImport());

  EXPECT_THAT(Reset(import, /*dry_run=*/true), HasReason("MASS_IMPORT_RUNNING"));
}

TEST_F(MassImportStoreTest, NothingIsResetInAWorkspaceThatIsLive) {
  const MassImport import = Ended({"a"});
  InTransaction([](pqxx::work& tx) { EXPECT_TRUE(SaveWorkspace(tx, "acme", {.live = true})); });

  EXPECT_THAT(Reset(import, /*dry_run=*/true), HasReason("WORKSPACE_LIVE"));
}

TEST_F(MassImportStoreTest, AnotherWorkspaceHasNoneOfIt) {
  const MassImport import = *imports_.Begin(NewImport());

  EXPECT_THAT(imports_.Find("globex", import.mass_import_id), HasReason("MASS_IMPORT_NOT_FOUND"));
}

}  // namespace
}  // namespace callimport::job_scheduler
