#include "services/job-scheduler/domain/mass_import.h"

#include <gtest/gtest.h>

#include <vector>

namespace callimport::job_scheduler {
namespace {

using common::v1::JobState;

void Do(MassImport& import, MassStep step) {
  import.done_at[static_cast<size_t>(step)] = Timestamp(std::chrono::seconds(1));
}

// Every step that can be done, one after the other.
std::vector<MassStep> StepsFrom(MassImport import, std::optional<JobState> job) {
  std::vector<MassStep> steps;
  while (const auto next = NextStep(import, job)) {
    steps.push_back(*next);
    Do(import, *next);
  }
  return steps;
}

TEST(MassImportTest, BeginsByClosingTheWorkspace) {
  EXPECT_EQ(
      StepsFrom(MassImport(), std::nullopt),
      (std::vector{MassStep::kMaintenanceOn, MassStep::kWebhooksHeld, MassStep::kImportStarted}));
}

TEST(MassImportTest, OpensTheWorkspaceWhenItsImportEndsWell) {
  for (const JobState job : {common::v1::JOB_STATE_COMPLETED, common::v1::JOB_STATE_PARTIAL}) {
    EXPECT_EQ(StepsFrom(MassImport(), job).back(), MassStep::kMaintenanceOff);
  }
}

TEST(MassImportTest, WaitsForSomebodyToLookWhenItsImportEndsBadly) {
  for (const JobState job : {common::v1::JOB_STATE_FAILED, common::v1::JOB_STATE_CANCELLED}) {
    EXPECT_EQ(StepsFrom(MassImport(), job).back(), MassStep::kImportStarted);
  }
}

TEST(MassImportTest, GivenUpItOpensTheWorkspaceOnceItsImportIsOver) {
  MassImport import;
  import.given_up = true;
  Do(import, MassStep::kMaintenanceOn);
  Do(import, MassStep::kWebhooksHeld);
  Do(import, MassStep::kImportStarted);

  EXPECT_TRUE(StepsFrom(import, common::v1::JOB_STATE_IN_PROGRESS).empty());
  EXPECT_EQ(StepsFrom(import, common::v1::JOB_STATE_CANCELLED),
            (std::vector{MassStep::kImportEnded, MassStep::kWebhooksReleased,
                         MassStep::kMaintenanceOff}));
}

TEST(MassImportTest, GivenUpBeforeItsImportBeganItBeginsNone) {
  MassImport import;
  import.given_up = true;
  Do(import, MassStep::kMaintenanceOn);

  EXPECT_EQ(StepsFrom(import, std::nullopt),
            (std::vector{MassStep::kImportEnded, MassStep::kWebhooksReleased,
                         MassStep::kMaintenanceOff}));
}

}  // namespace
}  // namespace callimport::job_scheduler
