#include "libs/common/thread_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace callimport {
namespace {

TEST(ThreadPoolTest, RunsWhatIsPosted) {
  ThreadPool threads(2, 100);
  std::promise<int> answer;

  ASSERT_TRUE(threads.Post([&] { answer.set_value(42); }));

  EXPECT_EQ(answer.get_future().get(), 42);
}

TEST(ThreadPoolTest, RefusesWhatWouldHaveToWaitTooLong) {
  ThreadPool threads(1, 1);
  std::promise<void> begun;
  std::promise<void> let_go;
  ASSERT_TRUE(threads.Post([&] {
    begun.set_value();
    let_go.get_future().wait();
  }));
  begun.get_future().wait();

  EXPECT_TRUE(threads.Post([] {}));
  EXPECT_FALSE(threads.Post([] {}));

  let_go.set_value();
}

TEST(ThreadPoolTest, TakesNothingAfterTheStop) {
  ThreadPool threads(2, 100);

  threads.Stop();
  threads.Stop();

  EXPECT_FALSE(threads.Post([] {}));
}

}  // namespace
}  // namespace callimport
