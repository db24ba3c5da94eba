#include "services/job-scheduler/credentials/credential_releaser.h"

#include <gmock/gmock.h>

#include "libs/common/errors.h"
#include "libs/common/proto_time.h"
#include "libs/testing/status_matchers.h"
#include "services/job-scheduler/credentials/scripted_lifecycle.h"
#include "services/job-scheduler/storage/store_fixture.h"

namespace callimport::job_scheduler {
namespace {

using ::testing::ElementsAre;
using testing::HasCode;
using testing::HasReason;
using ::testing::IsEmpty;
using testing::IsOk;
using ::testing::SizeIs;

class CredentialReleaserTest : public StoreTest {
 protected:
  // A job all of whose calls have failed.
  ImportJob FailedJob() {
    const ImportJob job = ListJob({NewUuid()});
    Fail(Lease());
    return Find(job);
  }
  std::vector<std::string> Run() {
    EXPECT_THAT(releaser_.Run(), IsOk());
    return vault_.TakeAsked();
  }
  ImportJob Retry(const ImportJob& job) {
    const auto retried = jobs_.RetryFailed(job.workspace_id, job.job_id, {});
    EXPECT_THAT(retried, IsOk());
    return retried->job;
  }
  static std::string Release(const ImportJob& job) { return "release " + job.job_id; }
  static std::string Retain(const ImportJob& job) { return "retain " + job.job_id; }

  ReleaseStore releases_{pool()};
  ScriptedLifecycle vault_;
  CredentialReleaser releaser_{releases_, vault_};
};

TEST_F(CredentialReleaserTest, AJobThatEndedIsReleasedOnceWithItsEnd) {
  const ImportJob job = FailedJob();

  EXPECT_THAT(Run(), ElementsAre(Release(job)));

  ASSERT_THAT(vault_.releases(), SizeIs(1));
  const auto request = vault_.releases().front();
  EXPECT_EQ(request.workspace_id(), "acme");
  EXPECT_EQ(request.credential_id(), job.credential_id);
  EXPECT_EQ(callimport::FromProto(request.job_end_time()), *job.finished_at);
  EXPECT_THAT(Run(), IsEmpty());
}

TEST_F(CredentialReleaserTest, AJobThatRunsIsNotReleased) {
  ListJob({"a"});

  EXPECT_THAT(Run(), IsEmpty());
}

TEST_F(CredentialReleaserTest, AnUploadHasNothingToRelease) {
  const auto upload = queue_.RegisterUpload({.workspace_id = "acme",
                                             .content_sha256 = std::string(64, 'a'),
                                             .title = "call.mp3",
                                             .worker = "worker",
                                             .actor = {},
                                             .correlation_id = "correlation"});
  ASSERT_THAT(upload, IsOk());
  Complete({*upload->leased});

  EXPECT_THAT(Run(), IsEmpty());
}

TEST_F(CredentialReleaserTest, ARetriedJobIsRetainedAndReleasedAgainAtItsNewEnd) {
  const ImportJob job = FailedJob();
  Run();
  ASSERT_THAT(releaser_.Retain(job), IsOk());
  EXPECT_THAT(vault_.TakeAsked(), ElementsAre(Retain(job)));
  Retry(job);

  EXPECT_THAT(Run(), ElementsAre(Retain(job))) << "a release might have been under way";
  EXPECT_THAT(Run(), IsEmpty());
  clock_.Advance(std::chrono::hours(1));
  Complete(Lease());

  EXPECT_THAT(Run(), ElementsAre(Release(job)));
  EXPECT_EQ(callimport::FromProto(vault_.releases().back().job_end_time()), clock_.Now());
  EXPECT_THAT(Run(), IsEmpty());
}

TEST_F(CredentialReleaserTest, ARetryThatEndsBeforeAnybodyLooksIsReleasedAgain) {
  const ImportJob job = FailedJob();
  Run();
  ASSERT_THAT(releaser_.Retain(job), IsOk());
  vault_.TakeAsked();
  Retry(job);
  clock_.Advance(std::chrono::seconds(1));
  Complete(Lease());

  EXPECT_THAT(Run(), ElementsAre(Release(job)));
  EXPECT_EQ(callimport::FromProto(vault_.releases().back().job_end_time()), clock_.Now());
  EXPECT_THAT(Run(), IsEmpty());
}

TEST_F(CredentialReleaserTest, AVaultThatIsAwayIsToldLater) {
  const ImportJob first = FailedJob();
  const ImportJob second = FailedJob();
  vault_.AnswerWith(absl::UnavailableError("away"));

  EXPECT_THAT(Run(), SizeIs(1)) << "the others would fail as well";
  EXPECT_THAT(Run(), SizeIs(1));
  vault_.AnswerWith(absl::OkStatus());

  EXPECT_THAT(Run(), ElementsAre(Release(first), Release(second)));
  EXPECT_THAT(Run(), IsEmpty());
}

TEST_F(CredentialReleaserTest, OneThatIsRefusedKeepsNoneOfTheOthers) {
  FailedJob();
  FailedJob();
  vault_.AnswerWith(absl::InvalidArgumentError("no"));

  EXPECT_THAT(Run(), SizeIs(2));
}

TEST_F(CredentialReleaserTest, WhatTheVaultDoesNotKnowNeedsNoRelease) {
  const ImportJob job = FailedJob();
  vault_.AnswerWith(Error(absl::StatusCode::kNotFound, "CREDENTIAL_NOT_FOUND", "no credential"));

  EXPECT_THAT(Run(), ElementsAre(Release(job)));
  EXPECT_THAT(Run(), IsEmpty());
}

TEST_F(CredentialReleaserTest, ACrashAfterTellingTellsItAgain) {
  const ImportJob job = FailedJob();
  Run();
  ASSERT_THAT(releases_.TellReleaseAgain(job.job_id), IsOk());  // as if it had not been marked

  EXPECT_THAT(Run(), ElementsAre(Release(job)));
}

TEST_F(CredentialReleaserTest, ACrashBetweenRetainAndRetryReleasesAgain) {
  const ImportJob job = FailedJob();
  Run();
  ASSERT_THAT(releaser_.Retain(job), IsOk());
  vault_.TakeAsked();

  EXPECT_THAT(Run(), ElementsAre(Release(job)));
}

TEST_F(CredentialReleaserTest, AReleaseThatOvertakesARetryIsTakenBack) {
  const ImportJob job = FailedJob();
  vault_.Meanwhile([&] { Retry(job); });

  EXPECT_THAT(Run(), ElementsAre(Release(job)));

  EXPECT_THAT(Run(), ElementsAre(Retain(job)));
  EXPECT_THAT(Run(), IsEmpty());
}

TEST_F(CredentialReleaserTest, AReleaseOfAnEarlierEndDoesNotHideTheNewOne) {
  const ImportJob job = FailedJob();
  vault_.Meanwhile([&] {
    Retry(job);
    clock_.Advance(std::chrono::hours(1));
    Complete(Lease());
  });
  Run();

  EXPECT_THAT(Run(), ElementsAre(Release(job)));
  EXPECT_EQ(callimport::FromProto(vault_.releases().back().job_end_time()), clock_.Now());
}

TEST_F(CredentialReleaserTest, AJobWhoseSecretIsDestroyedIsNotRetried) {
  const ImportJob job = FailedJob();
  vault_.AnswerWith(
      Error(absl::StatusCode::kFailedPrecondition, "CREDENTIAL_SHREDDED", "too late"));

  EXPECT_THAT(releaser_.Retain(job), HasReason("CREDENTIAL_SHREDDED"));
}

TEST_F(CredentialReleaserTest, NobodyCanSayWhileTheVaultIsAway) {
  const ImportJob job = FailedJob();
  vault_.AnswerWith(absl::DeadlineExceededError("slow"));

  EXPECT_THAT(releaser_.Retain(job), HasCode(absl::StatusCode::kUnavailable));
  EXPECT_THAT(releaser_.Retain(job), HasReason("VAULT_UNREACHABLE"));
}

TEST_F(CredentialReleaserTest, OnlyJobsThatCanBeRetriedAreRetained) {
  const ImportJob running = ListJob({"a"});
  EXPECT_THAT(releaser_.Retain(running), IsOk());
  Complete(Lease());
  EXPECT_THAT(releaser_.Retain(Find(running)), IsOk());

  EXPECT_THAT(vault_.TakeAsked(), IsEmpty());
}

}  // namespace
}  // namespace callimport::job_scheduler
