#include "tools/callimport/progress_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/common/proto_time.h"
#include "tools/callimport/text.h"

namespace callimport::cli {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

status_tracker::v1::ImportStatus Running() {
  status_tracker::v1::ImportStatus status;
  status.mutable_job()->set_job_id("0198");
  status.mutable_job()->set_state(common::v1::JOB_STATE_IN_PROGRESS);
  status.mutable_job()->set_current_item("Discovery call");
  auto& progress = *status.mutable_job()->mutable_progress();
  progress.set_total_calls(40);
  progress.set_processed_calls(20);
  progress.set_duplicate_calls(4);
  progress.set_media_stored(18);
  progress.set_transcripts_ready(9);
  status.set_percent(50);
  *status.mutable_elapsed() = ToProto(10s);
  *status.mutable_remaining() = ToProto(30s);
  return status;
}

TEST(ProgressViewTest, ShowsABarForEachKind) {
  const auto lines = ProgressLines(Running(), 0ms, {.width = 80});

  ASSERT_GE(lines.size(), 6u);
  EXPECT_EQ(lines[0], "Import 0198  in progress  50 %");
  EXPECT_THAT(lines[1], HasSubstr("20 / 40"));
  EXPECT_THAT(lines[2], HasSubstr("18 / 36"));
  EXPECT_THAT(lines[3], HasSubstr("9 / 36"));
  EXPECT_EQ(lines[4], "elapsed 0:10 · remaining about 0:30 · 4 duplicates");
  EXPECT_EQ(lines[5], "now          Discovery call");
}

TEST(ProgressViewTest, ClocksRunOnBetweenMessages) {
  EXPECT_THAT(ProgressLines(Running(), 5s, {.width = 80})[4],
              HasSubstr("elapsed 0:15 · remaining about 0:25"));
}

TEST(ProgressViewTest, ClocksOfAFinishedImportStand) {
  auto status = Running();
  status.mutable_job()->mutable_finish_time()->set_seconds(1);
  status.clear_remaining();

  EXPECT_THAT(ProgressLines(status, 5s, {.width = 80})[4], HasSubstr("elapsed 0:10"));
}

TEST(ProgressViewTest, FitsNarrowTerminals) {
  auto status = Running();
  status.mutable_job()->set_current_item(std::string(200, 'x'));
  status.mutable_job()->set_last_error(std::string(200, 'y'));
  for (const int width : {30, 40, 80, 200}) {
    for (const std::string& line : ProgressLines(status, 0ms, {.width = width})) {
      EXPECT_LE(ColumnsOf(line), width) << line;
    }
  }
}

TEST(ProgressViewTest, ColorsOnlyWhereAsked) {
  EXPECT_THAT(ProgressLines(Running(), 0ms, {.color = false})[0], Not(HasSubstr("\x1b")));
  EXPECT_THAT(ProgressLines(Running(), 0ms, {.color = true})[0], HasSubstr("\x1b[36m"));
}

TEST(ProgressViewTest, ShowsNoTotalBeforeItIsCounted) {
  auto status = Running();
  status.mutable_job()->mutable_progress()->clear_total_calls();

  EXPECT_THAT(ProgressLines(status, 0ms, {})[1], Not(HasSubstr("/")));
  EXPECT_THAT(ProgressLine(status), HasSubstr("in progress: 20 calls, 18 media"));
}

TEST(ProgressViewTest, SaysEverythingInOneLineForPipes) {
  EXPECT_EQ(ProgressLine(Running()),
            "in progress: 20/40 calls, 18 media, 9 transcripts, elapsed 0:10 · remaining about "
            "0:30 · 4 duplicates");
}

TEST(ProgressViewTest, SaysWhatItWaitsForAndUntilWhen) {
  auto status = Running();
  auto& wait = *status.mutable_job()->add_waits();
  wait.set_reason(common::v1::Wait::REASON_WINDOW);
  wait.mutable_until_time()->set_seconds(1'763'838'000);
  wait.set_text("The next window opens at 20:00.");

  EXPECT_EQ(ProgressLines(status, 0ms, {.width = 80})[5],
            "waits for    window until 2025-11-22 19:00 UTC: The next window opens at 20:00.");
  EXPECT_THAT(ProgressLine(status), HasSubstr("· waits for window until 2025-11-22 19:00 UTC"));

  status.mutable_job()->mutable_finish_time()->set_seconds(1);
  EXPECT_THAT(ProgressLine(status), Not(HasSubstr("waits for")));
}

TEST(ProgressViewTest, TellsTheOutcomeAsAnExitCode) {
  EXPECT_EQ(ExitCodeOf(common::v1::JOB_STATE_COMPLETED), 0);
  EXPECT_EQ(ExitCodeOf(common::v1::JOB_STATE_FAILED), 1);
  EXPECT_EQ(ExitCodeOf(common::v1::JOB_STATE_CANCELLED), 1);
  EXPECT_EQ(ExitCodeOf(common::v1::JOB_STATE_PARTIAL), 3);
}

}  // namespace
}  // namespace callimport::cli
