#include "services/job-scheduler/planning/page_queue.h"

#include <gmock/gmock.h>

#include <thread>

#include "libs/testing/status_matchers.h"

namespace callimport::job_scheduler {
namespace {

using testing::HasCode;
using testing::IsOk;

PageQueue::Page PageWith(int records) {
  PageQueue::Page page;
  while (page.calls_size() < records) page.add_calls();
  return page;
}

TEST(PageQueueTest, TakesWhatHasArrivedUntilThereIsEnough) {
  PageQueue queue(8);
  for (int pushed = 0; pushed < 4; ++pushed) EXPECT_THAT(queue.Push(PageWith(100)), IsOk());

  EXPECT_EQ(queue.Take(300).size(), 3u);
  EXPECT_EQ(queue.Take(300).size(), 1u);
}

TEST(PageQueueTest, TakesOnePageHoweverLarge) {
  PageQueue queue(8);
  EXPECT_THAT(queue.Push(PageWith(5'000)), IsOk());

  EXPECT_EQ(queue.Take(1'000).size(), 1u);
}

TEST(PageQueueTest, DrainsBeforeItTellsTheEnd) {
  PageQueue queue(8);
  EXPECT_THAT(queue.Push(PageWith(1)), IsOk());
  queue.Close(absl::UnavailableError("gone"));

  EXPECT_EQ(queue.Take(10).size(), 1u);
  EXPECT_TRUE(queue.Take(10).empty());
  EXPECT_THAT(queue.end(), HasCode(absl::StatusCode::kUnavailable));
}

TEST(PageQueueTest, AFullQueueWaitsForItsReader) {
  PageQueue queue(1);
  EXPECT_THAT(queue.Push(PageWith(1)), IsOk());
  std::thread writer([&] { EXPECT_THAT(queue.Push(PageWith(2)), IsOk()); });

  EXPECT_EQ(queue.Take(1).front().calls_size(), 1);
  EXPECT_EQ(queue.Take(1).front().calls_size(), 2);
  writer.join();
}

TEST(PageQueueTest, ReleasesItsWriterWhenNobodyReads) {
  PageQueue queue(1);
  EXPECT_THAT(queue.Push(PageWith(1)), IsOk());
  std::thread writer(
      [&] { EXPECT_THAT(queue.Push(PageWith(1)), HasCode(absl::StatusCode::kCancelled)); });

  queue.Abandon();
  writer.join();
}

}  // namespace
}  // namespace callimport::job_scheduler
