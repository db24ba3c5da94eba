#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "libs/vocabulary/job_words.h"
#include "services/job-scheduler/domain/call_states.h"
#include "services/job-scheduler/domain/import_job.h"
#include "services/job-scheduler/domain/job_states.h"

namespace callimport::job_scheduler {
namespace {

constexpr char kPage[] = CALLIMPORT_SOURCE_DIR "/docs/state-machines.md";

template <typename Table>
std::string Draw(const Table& table) {
  std::ostringstream drawing;
  drawing << "```mermaid\nstateDiagram-v2\n  [*] --> PENDING\n";
  for (const auto& transition : table) {
    drawing << "  " << NameOf(transition.from) << " --> " << NameOf(transition.to) << ": "
            << Describe(transition.event) << "\n";
  }
  drawing << "```\n\n| From | What happens | To |\n| --- | --- | --- |\n";
  for (const auto& transition : table) {
    drawing << "| " << NameOf(transition.from) << " | " << Describe(transition.event) << " | "
            << NameOf(transition.to) << " |\n";
  }
  return drawing.str();
}

std::string DrawWords() {
  std::ostringstream drawing;
  drawing << "| Here |";
  for (const auto vocabulary : vocabulary::kVocabularies) {
    drawing << " " << vocabulary::NameOf(vocabulary) << " |";
  }
  drawing << "\n| --- | --- | --- | --- |\n";
  for (int state = common::v1::JOB_STATE_PENDING; state < common::v1::JobState_ARRAYSIZE; ++state) {
    drawing << "| " << NameOf(static_cast<JobState>(state)) << " |";
    for (const auto vocabulary : vocabulary::kVocabularies) {
      drawing << " " << vocabulary::WordOf(static_cast<JobState>(state), vocabulary) << " |";
    }
    drawing << "\n";
  }
  return drawing.str();
}

std::string Page() {
  return "# State machines\n\n"
         "Drawn from the tables in `services/job-scheduler/domain`; what is not listed cannot "
         "happen. To draw it anew: `CALLIMPORT_DRAW=1 job_scheduler_test "
         "--gtest_filter='*ThePage*'`.\n\n"
         "## Import jobs\n\n"
         "COMPLETED, PARTIAL, FAILED and CANCELLED are ends. A job ends when its listing is done "
         "and every call of it has ended. FAILED means that nothing was imported, PARTIAL that "
         "something was not. A paused job goes on where it was: before counting, while counting, "
         "or "
         "in progress. Pausing, resuming and cancelling raise the job's epoch: whatever began "
         "under a lower one is refused, but for what is stored already. A job whose duplicates "
         "were another job's to import goes on with them when that one is cancelled.\n\n" +
         Draw(kJobTransitions) +
         "\n### In the words of others\n\n"
         "`libs/vocabulary` says what a state is called by the admin interface, the graph "
         "interface and the table of import runs; `callimport job --words` shows a job so.\n\n" +
         DrawWords() +
         "\n## Calls\n\n"
         "COMPLETED, FAILED and SKIPPED are ends. DOWNLOADING, TRANSCRIBING and PROCESSING are "
         "the stages of a leased call, as its worker tells them.\n\n" +
         Draw(kCallTransitions);
}

template <typename Table>
auto Listed(const Table& table) {
  std::set<std::pair<int, int>> pairs;
  for (const auto& transition : table) {
    pairs.emplace(static_cast<int>(transition.from), static_cast<int>(transition.event));
  }
  return pairs;
}

TEST(StateMachinesTest, OnlyListedTransitionsOfJobsPass) {
  const auto listed = Listed(kJobTransitions);
  for (int state = 0; state < common::v1::JobState_ARRAYSIZE; ++state) {
    for (const JobEvent event : kJobEvents) {
      EXPECT_EQ(After(static_cast<JobState>(state), event).has_value(),
                listed.contains({state, static_cast<int>(event)}))
          << state << " " << Describe(event);
    }
  }
  EXPECT_EQ(listed.size(), kJobTransitions.size()) << "a pair is listed twice";
}

TEST(StateMachinesTest, OnlyListedTransitionsOfCallsPass) {
  const auto listed = Listed(kCallTransitions);
  for (int state = 0; state < common::v1::CallState_ARRAYSIZE; ++state) {
    for (const CallEvent event : kCallEvents) {
      EXPECT_EQ(After(static_cast<CallState>(state), event).has_value(),
                listed.contains({state, static_cast<int>(event)}))
          << state << " " << Describe(event);
    }
  }
  EXPECT_EQ(listed.size(), kCallTransitions.size()) << "a pair is listed twice";
}

TEST(StateMachinesTest, WhatIsImportedOrCancelledNeverChanges) {
  for (const JobEvent event : kJobEvents) {
    // What another job was to import for it was not.
    EXPECT_EQ(After(common::v1::JOB_STATE_COMPLETED, event).has_value(),
              event == JobEvent::kCallsInherited)
        << Describe(event);
    EXPECT_FALSE(After(common::v1::JOB_STATE_CANCELLED, event)) << Describe(event);
  }
  for (const CallEvent event : kCallEvents) {
    EXPECT_FALSE(After(common::v1::CALL_STATE_COMPLETED, event)) << Describe(event);
  }
}

TEST(StateMachinesTest, WhatIsPausedGoesOnWhereItWasAndNowhereElse) {
  for (const JobState from : {common::v1::JOB_STATE_PENDING, common::v1::JOB_STATE_COUNTING,
                              common::v1::JOB_STATE_IN_PROGRESS}) {
    EXPECT_EQ(After(from, JobEvent::kPauseRequested), common::v1::JOB_STATE_PAUSED);
    EXPECT_EQ(After(common::v1::JOB_STATE_PAUSED, ResumeTo(from)), from);
  }
  EXPECT_THROW(ResumeTo(common::v1::JOB_STATE_COMPLETED), std::logic_error);
}

// Whatever happens in whatever order, the fields of a job agree with its state.
TEST(StateMachinesTest, EveryPairOfStateAndEventKeepsTheJobConsistent) {
  const Timestamp now{std::chrono::hours(1)};
  for (int state = common::v1::JOB_STATE_PENDING; state < common::v1::JobState_ARRAYSIZE; ++state) {
    for (const JobEvent event : kJobEvents) {
      ImportJob job;
      job.state = static_cast<JobState>(state);
      if (job.state == common::v1::JOB_STATE_PAUSED) {
        job.paused_from = common::v1::JOB_STATE_IN_PROGRESS;
      }
      const bool ended = IsTerminal(job.state);
      if (ended) job.finished_at = now;
      const bool passed = Apply(job, event, now);

      SCOPED_TRACE(std::to_string(state) + " " + Describe(event));
      EXPECT_TRUE(passed || job.state == state);
      EXPECT_EQ(job.epoch, passed && RaisesEpoch(event) ? 2 : 1);
      EXPECT_EQ(job.paused_from.has_value(), job.state == common::v1::JOB_STATE_PAUSED);
      EXPECT_EQ(job.finished_at.has_value(), IsTerminal(job.state));
      EXPECT_TRUE(!passed || !ended || !IsTerminal(job.state)) << "an end is left for work only";
    }
  }
}

TEST(StateMachinesTest, AnEventOfACallLeadsToOnePlaceFromEverywhere) {
  for (const auto& transition : kCallTransitions) {
    EXPECT_EQ(transition.to, TargetOf(transition.event)) << Describe(transition.event);
  }
}

TEST(StateMachinesTest, NamesAreReadBack) {
  for (const auto& transition : kJobTransitions) {
    EXPECT_EQ(JobStateOf(NameOf(transition.from)), transition.from);
  }
  for (const auto& transition : kCallTransitions) {
    EXPECT_EQ(CallStateOf(NameOf(transition.to)), transition.to);
  }
  EXPECT_THROW(JobStateOf("NOWHERE"), std::invalid_argument);
}

TEST(StateMachinesTest, ThePageShowsTheTables) {
  if (std::getenv("CALLIMPORT_DRAW")) std::ofstream(kPage) << Page();

  std::ifstream file(kPage);
  std::stringstream shown;
  shown << file.rdbuf();
  EXPECT_EQ(shown.str(), Page()) << "run: CALLIMPORT_DRAW=1 job_scheduler_test "
                                    "--gtest_filter='*ThePage*'";
}

}  // namespace
}  // namespace callimport::job_scheduler
