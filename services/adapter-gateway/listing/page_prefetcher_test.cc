#include "services/adapter-gateway/listing/page_prefetcher.h"

#include <gtest/gtest.h>

#include <atomic>
#include <semaphore>

#include "libs/testing/status_matchers.h"

namespace callimport::adapter_gateway {
namespace {

using testing::HasCode;

v1::ListCallsResponse PageBefore(const std::string& next_cursor) {
  v1::ListCallsResponse page;
  page.set_next_cursor(next_cursor);
  return page;
}

TEST(PagePrefetcher, HandsOutThePagesInOrderUntilTheLast) {
  std::vector<std::string> asked;
  PagePrefetcher pages(
      [&](const std::string& cursor) {
        asked.push_back(cursor);
        return PageBefore(cursor == "3" ? "" : std::to_string(asked.size() + 1));
      },
      "1");

  EXPECT_EQ((*pages.Next())->next_cursor(), "2");
  EXPECT_EQ((*pages.Next())->next_cursor(), "3");
  EXPECT_EQ((*pages.Next())->next_cursor(), "");
  EXPECT_FALSE(pages.Next());
  EXPECT_EQ(asked, (std::vector<std::string>{"1", "2", "3"}));
}

TEST(PagePrefetcher, EndsWithTheError) {
  PagePrefetcher pages(
      [](const std::string& cursor) -> absl::StatusOr<v1::ListCallsResponse> {
        if (cursor.empty()) return PageBefore("2");
        return absl::UnavailableError("down");
      },
      "");

  EXPECT_TRUE(pages.Next()->ok());
  EXPECT_THAT(*pages.Next(), HasCode(absl::StatusCode::kUnavailable));
  EXPECT_FALSE(pages.Next());
}

TEST(PagePrefetcher, StaysOnlySoFarAhead) {
  std::atomic<int> fetched{0};
  std::counting_semaphore<100> asked(0);
  {
    PagePrefetcher pages(
        [&](const std::string&) {
          ++fetched;
          asked.release();
          return PageBefore("more");
        },
        "", 2);
    for (int i = 0; i < 3; ++i) asked.acquire();
    pages.Next();
    asked.acquire();
  }

  // One taken, two ready, one in hand.
  EXPECT_LE(fetched, 4);
}

TEST(PagePrefetcher, CanBeLeftBeforeTheEnd) {
  PagePrefetcher pages([](const std::string&) { return PageBefore("more"); }, "");
  pages.Next();
}

}  // namespace
}  // namespace callimport::adapter_gateway
