// What went wrong in a job, summed up; and warnings, which failed nothing.
#include <gmock/gmock.h>

#include "libs/testing/status_matchers.h"
#include "services/job-scheduler/storage/store_fixture.h"

namespace callimport::job_scheduler {
namespace {

using ::testing::ElementsAre;
using testing::HasReason;
using testing::IsOk;
using ::testing::SizeIs;

class FailureCausesTest : public StoreTest {
 protected:
  void FailWith(const LeasedCall& call, const std::string& reason, const std::string& message) {
    ASSERT_THAT(queue_.ReportOutcomes(
                    {{call.lease, Failed{FailureClass::kPermanent, reason, message, {}}}}),
                IsOk());
  }
  std::vector<FailureCause> Causes(const ImportJob& job) {
    return *jobs_.ListCauses(job.workspace_id, job.job_id);
  }
  std::vector<ImportWarning> Warnings(const ImportJob& job, const std::string& before = "",
                                      int limit = 100) {
    return *jobs_.ListWarnings(job.workspace_id,
                               {.job_id = job.job_id, .before_warning_id = before, .limit = limit});
  }
  void CompleteWith(const LeasedCall& call, std::vector<CallWarning> warnings) {
    ASSERT_THAT(queue_.ReportOutcomes({{call.lease, Completed{"engagement", 1, warnings}}}),
                IsOk());
  }
};

TEST_F(FailureCausesTest, AreCountedTheMostFrequentFirstWithTheNewestMessage) {
  const ImportJob job = ListJob({"a", "b", "c", "d"});
  const std::vector<LeasedCall> calls = Lease();
  FailWith(calls[0], "RECORDING_MISSING", "none");
  FailWith(calls[1], "NOT_MEDIA", "a page instead");
  clock_.Advance(std::chrono::seconds(1));
  FailWith(calls[2], "NOT_MEDIA", "a picture instead");
  Complete({calls[3]});

  const std::vector<FailureCause> causes = Causes(job);

  ASSERT_THAT(causes, SizeIs(2));
  EXPECT_EQ(causes[0].reason, "NOT_MEDIA");
  EXPECT_EQ(causes[0].message, "a picture instead");
  EXPECT_EQ(causes[0].calls, 2);
  EXPECT_EQ(causes[1].reason, "RECORDING_MISSING");
  EXPECT_EQ(causes[1].calls, 1);
  EXPECT_THAT(jobs_.ListCauses("globex", job.job_id), HasReason("JOB_NOT_FOUND"));
}

TEST_F(FailureCausesTest, AreRetriedAloneAndOnlyOnce) {
  const ImportJob job = ListJob({"a", "b", "c"});
  for (const LeasedCall& call : Lease()) {
    FailWith(call, call.record.source_call_id() == "a" ? "NOT_MEDIA" : "RECORDING_MISSING", "");
  }
  const FailureCause missing = Causes(job).front();
  const FailedCalls meant{{}, CauseRef{missing.reason, missing.newest}};

  EXPECT_EQ(jobs_.RetryFailed("acme", job.job_id, meant)->calls, 2);
  EXPECT_EQ(Causes(job).front().reason, "NOT_MEDIA");
  EXPECT_EQ(Find(job).progress.failed_calls(), 1);

  clock_.Advance(std::chrono::seconds(1));
  for (const LeasedCall& call : Lease()) FailWith(call, "RECORDING_MISSING", "still none");
  EXPECT_EQ(jobs_.RetryFailed("acme", job.job_id, meant)->calls, 0)
      << "what failed after the cause was looked at is not meant";
}

TEST_F(FailureCausesTest, ThreeBadCallsOfFiftyLeaveTheOthersImported) {
  std::vector<std::string> ids;
  for (int id = 0; id < 50; ++id) ids.push_back(std::to_string(id));
  const ImportJob job = ListJob(ids);
  const std::vector<LeasedCall> calls = Lease();
  Fail({calls[7], calls[21], calls[42]});
  for (size_t place = 0; place < calls.size(); ++place) {
    if (place != 7 && place != 21 && place != 42) Complete({calls[place]});
  }

  EXPECT_EQ(Find(job).state, common::v1::JOB_STATE_PARTIAL);
  EXPECT_EQ(Find(job).progress.completed_calls(), 47);
  const auto failed = CallsOf(job, {common::v1::CALL_STATE_FAILED});
  ASSERT_THAT(failed, SizeIs(3));
  for (const JobCall& call : failed) {
    EXPECT_TRUE(call.owned);
    EXPECT_EQ(call.failed_at, clock_.Now());
    EXPECT_EQ(call.available_at, std::nullopt);
  }
}

TEST_F(FailureCausesTest, FailedCallsOfACancelledJobAreNotRetryable) {
  const ImportJob job = ListJob({"a", "b"});
  Fail({Lease().front()});
  ASSERT_THAT(jobs_.Cancel("acme", job.job_id), IsOk());

  EXPECT_FALSE(CallsOf(job, {common::v1::CALL_STATE_FAILED}).front().owned);
}

TEST_F(FailureCausesTest, WarningsAreKeptOnceAndListedNewestFirstPageByPage) {
  const ImportJob job = ListJob({"a", "b"});
  const std::vector<LeasedCall> calls = Lease();
  CompleteWith(calls[0], {{"TRANSCRIPT_MISSING", "none there"}});
  clock_.Advance(std::chrono::seconds(1));
  CompleteWith(calls[1], {{"RECORDING_MISSING", "none"}, {"RECORDING_MISSING", "none"}});

  const std::vector<ImportWarning> all = Warnings(job);

  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[0].reason, "RECORDING_MISSING");
  EXPECT_EQ(all[0].source_call_id, calls[1].record.source_call_id());
  EXPECT_EQ(all[0].created_at, clock_.Now());
  EXPECT_EQ(all[1].reason, "TRANSCRIPT_MISSING");
  EXPECT_EQ(Find(job).progress.warnings(), 2);
  EXPECT_EQ(Find(job).progress.errors(), 0);
  EXPECT_EQ(Find(job).state, common::v1::JOB_STATE_COMPLETED);
  const auto first = Warnings(job, "", 1);
  ASSERT_THAT(first, SizeIs(1));
  EXPECT_EQ(Warnings(job, first[0].warning_id, 1).front().reason, "TRANSCRIPT_MISSING");
  EXPECT_THAT(jobs_.ListWarnings("globex", {.job_id = job.job_id, .limit = 1}),
              HasReason("JOB_NOT_FOUND"));
}

TEST_F(FailureCausesTest, JobsAreListedByCredentialTypeAndState) {
  const ImportJob first = CreateJob();
  ImportJob sync = NewJob();
  sync.kind = JobKind::kSync;
  sync.credential_id = first.credential_id;
  ASSERT_THAT(jobs_.Create(sync, {NewUuid(), ""}), IsOk());
  CreateJob();
  const auto ids = [&](JobList list) {
    list.workspace_id = "acme";
    list.limit = 10;
    std::vector<std::string> found;
    const auto jobs = jobs_.List(list);
    for (const ImportJob& job : *jobs) found.push_back(job.job_id);
    return found;
  };

  JobList of_credential;
  of_credential.credential_id = first.credential_id;
  EXPECT_THAT(ids(of_credential), ElementsAre(sync.job_id, first.job_id));
  of_credential.kinds = {JobKind::kSync, JobKind::kReconciliation};
  EXPECT_THAT(ids(of_credential), ElementsAre(sync.job_id));
  of_credential.states = {common::v1::JOB_STATE_COMPLETED};
  EXPECT_THAT(ids(of_credential), ElementsAre());
  EXPECT_THAT(ids({}), SizeIs(3));
}

}  // namespace
}  // namespace callimport::job_scheduler
