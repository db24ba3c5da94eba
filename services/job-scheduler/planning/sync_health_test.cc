// Sources that their vendor refuses, and sources that are disconnected.
#include <gmock/gmock.h>

#include "libs/common/errors.h"
#include "libs/testing/status_matchers.h"
#include "services/job-scheduler/planning/sync_fixture.h"

namespace callimport::job_scheduler {
namespace {

using std::chrono::hours;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::IsOk;

class SyncHealthTest : public SyncTest {};

TEST_F(SyncHealthTest, ARefusedSourceIsLeftAloneUntilAProbePasses) {
  const SourceKey key = Connect();
  vendor_.AnswerWith(Error(absl::StatusCode::kFailedPrecondition, "INVALID_KEY", "no"));
  RunAll();
  ASSERT_EQ(Get(key).health, SourceHealth::kUnhealthy);
  const int asked = vendor_.questions;

  clock_.Advance(hours(3));
  RunAll();
  EXPECT_EQ(vendor_.questions, asked) << "no sync";
  EXPECT_THAT(scheduler_.Probe(), IsOk());
  EXPECT_EQ(vendor_.questions, asked + 1);
  EXPECT_EQ(Get(key).health, SourceHealth::kUnhealthy);
  EXPECT_THAT(scheduler_.Probe(), IsOk());
  EXPECT_EQ(vendor_.questions, asked + 1) << "one question each time";

  vendor_.AnswerWith(absl::OkStatus());
  clock_.Advance(hours(1));
  EXPECT_THAT(scheduler_.Probe(), IsOk());
  EXPECT_EQ(Get(key).health, SourceHealth::kOk);
  RunAll();
  EXPECT_EQ(Get(key).last_sync_state, common::v1::JOB_STATE_COMPLETED);
}

TEST_F(SyncHealthTest, ANewSecretHealsAtOnce) {
  const SourceKey key = Connect();
  CredentialFact fact = Fact(key);
  fact.valid = false;
  ASSERT_THAT(sources_.TakeFacts({fact}, fact.revision), IsOk());
  ASSERT_THAT(*syncs_.FindDue(10), IsEmpty());

  fact = Fact(key);
  ASSERT_THAT(sources_.TakeFacts({fact}, fact.revision), IsOk());

  EXPECT_THAT(*syncs_.FindDue(10), ElementsAre(key));
}

TEST_F(SyncHealthTest, ASwitchedOffSourceIsNotEvenProbed) {
  const SourceKey key = Connect();
  ASSERT_THAT(sources_.Configure(key, {.enabled = false}, Dana()), IsOk());
  CredentialFact fact = Fact(key);
  fact.valid = false;
  ASSERT_THAT(sources_.TakeFacts({fact}, fact.revision), IsOk());

  clock_.Advance(hours(48));
  RunAll();
  EXPECT_THAT(scheduler_.Probe(), IsOk());

  EXPECT_EQ(vendor_.questions, 0);
}

class DisconnectTest : public SyncTest {};

TEST_F(DisconnectTest, KeepsCallsAndDestroysTheSecret) {
  AddCalls(3);
  const SourceKey key = Connect();
  RunAll();
  EXPECT_EQ(disconnects_.FindWork(key)->calls, 3);
  EXPECT_EQ(disconnects_.FindWork(key)->jobs, 1);

  EXPECT_THAT(*disconnects_.Disconnect(key, Dana()), IsEmpty());
  EXPECT_THAT(scheduler_.DestroySecrets(), IsOk());

  EXPECT_THAT(vault_admin_.deleted, ElementsAre(key.credential_id));
  EXPECT_EQ(Imported(), 3);
  const int asked = vendor_.questions;
  clock_.Advance(hours(48));
  RunAll();
  EXPECT_THAT(scheduler_.Probe(), IsOk());
  EXPECT_THAT(scheduler_.DestroySecrets(), IsOk());
  EXPECT_EQ(vendor_.questions, asked) << "no vendor request is made any more";
  EXPECT_EQ(vault_admin_.deleted.size(), 1u);
}

TEST_F(DisconnectTest, LetsWhatRunsFinishFirst) {
  AddCalls(3);
  const SourceKey key = Connect();
  ASSERT_THAT(scheduler_.Run(), IsOk());

  EXPECT_EQ(disconnects_.Disconnect(key, Dana())->size(), 1u);
  EXPECT_THAT(scheduler_.DestroySecrets(), IsOk());
  EXPECT_THAT(vault_admin_.deleted, IsEmpty());

  RunAll();
  EXPECT_THAT(scheduler_.DestroySecrets(), IsOk());
  EXPECT_THAT(vault_admin_.deleted, ElementsAre(key.credential_id));
  EXPECT_EQ(Imported(), 3);
}

TEST_F(DisconnectTest, IsTriedAgainWhenTheVaultIsAway) {
  const SourceKey key = Connect();
  ASSERT_THAT(disconnects_.Disconnect(key, Dana()), IsOk());
  vault_admin_.answer = absl::UnavailableError("away");
  EXPECT_FALSE(scheduler_.DestroySecrets().ok());

  vault_admin_.answer = absl::OkStatus();
  EXPECT_THAT(scheduler_.DestroySecrets(), IsOk());

  EXPECT_THAT(vault_admin_.deleted, ElementsAre(key.credential_id));
}

}  // namespace
}  // namespace callimport::job_scheduler
