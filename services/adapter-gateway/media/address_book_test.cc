#include "services/adapter-gateway/media/address_book.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <set>
#include <thread>

#include "libs/common/errors.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/status_matchers.h"

namespace callimport::adapter_gateway {
namespace {

using namespace std::chrono_literals;
using testing::HasCode;
using testing::HasReason;
using testing::IsOk;

class AddressBookTest : public ::testing::Test {
 protected:
  // Knows every call but "missing", has no recording of "silent", and never will of "unanswered".
  AddressBook::Source Vendor() {
    return {.account = "a",
            .reserve =
                [this] {
                  if (on_reserve_) on_reserve_();
                  return reserved_;
                },
            .look_up = [this](const std::vector<std::string>& ids) { return Answer(ids); }};
  }

  absl::StatusOr<std::vector<MediaAddress>> Answer(const std::vector<std::string>& ids) {
    std::lock_guard lock(mutex_);
    batches_.push_back(ids);
    std::vector<MediaAddress> addresses;
    for (const std::string& id : ids) {
      if (id == "missing") continue;
      const bool never = id == "unanswered";
      const std::string url = id == "silent" || never ? "" : "https://media.example/" + id;
      addresses.push_back({.source_call_id = id,
                           .url = url,
                           .expires = clock_.Now() + 8h,
                           .never_recorded = never});
    }
    return addresses;
  }

  absl::StatusOr<MediaAddress> Find(const std::string& id) {
    return book_.Find(Vendor(), {id}, {}).front();
  }

  testing::FakeClock clock_;
  AddressBook book_{clock_, {.linger = 1ms}};
  std::mutex mutex_;
  std::vector<std::vector<std::string>> batches_;
  absl::Status reserved_;
  std::function<void()> on_reserve_;
};

TEST_F(AddressBookTest, FindsAnAddressAndKeepsIt) {
  EXPECT_EQ(Find("1")->url, "https://media.example/1");
  EXPECT_EQ(Find("1")->url, "https://media.example/1");

  EXPECT_EQ(batches_.size(), 1u);
}

TEST_F(AddressBookTest, FindsManyWithOneRequestAndEachWithItsOwnOutcome) {
  ASSERT_THAT(Find("1"), IsOk());

  const AddressBook::Outcomes found = book_.Find(Vendor(), {"3", "missing", "1", "2"}, {});

  ASSERT_EQ(found.size(), 4u);
  EXPECT_EQ(found[0]->url, "https://media.example/3");
  EXPECT_THAT(found[1], HasReason("RECORDING_MISSING"));
  EXPECT_EQ(found[2]->url, "https://media.example/1");
  EXPECT_EQ(found[3]->url, "https://media.example/2");
  EXPECT_EQ(batches_.back(), (std::vector<std::string>{"2", "3", "missing"}));
  EXPECT_EQ(batches_.size(), 2u);
}

TEST_F(AddressBookTest, AsksAgainShortlyBeforeAnAddressExpires) {
  ASSERT_THAT(Find("1"), IsOk());
  clock_.Advance(7h + 51min);

  ASSERT_THAT(Find("1"), IsOk());

  EXPECT_EQ(batches_.size(), 2u);
}

TEST_F(AddressBookTest, AsksAgainForWhatItWasToldToForget) {
  ASSERT_THAT(Find("1"), IsOk());
  book_.Forget("a", "1");

  ASSERT_THAT(Find("1"), IsOk());

  EXPECT_EQ(batches_.size(), 2u);
}

TEST_F(AddressBookTest, SaysThatThereIsNoRecording) {
  EXPECT_THAT(Find("missing"), HasReason("RECORDING_MISSING"));
  EXPECT_THAT(Find("silent"), HasReason("RECORDING_MISSING"));
  EXPECT_THAT(Find("unanswered"), HasReason("NEVER_RECORDED"));
}

TEST_F(AddressBookTest, PassesOnWhatTheQuotaSays) {
  reserved_ = Error(absl::StatusCode::kResourceExhausted, "QUOTA_EXHAUSTED", "later");

  EXPECT_THAT(Find("1"), HasReason("QUOTA_EXHAUSTED"));
  EXPECT_TRUE(batches_.empty());
}

TEST_F(AddressBookTest, PutsEverybodyWhoComesWhileQuotaIsAwaitedIntoOneBatch) {
  constexpr int kThreads = 50;
  std::latch all_came(kThreads);
  on_reserve_ = [&] { all_came.wait(); };
  std::atomic<int> found{0};

  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, i] {
        // The leader is held in on_reserve_ until everybody is at least here.
        all_came.count_down();
        if (Find(std::to_string(i)).ok()) ++found;
      });
    }
  }

  EXPECT_EQ(found, kThreads);
  std::set<std::string> asked;
  for (const auto& batch : batches_) asked.insert(batch.begin(), batch.end());
  EXPECT_EQ(asked.size(), 50u);
  EXPECT_LT(batches_.size(), 25u);
}

TEST_F(AddressBookTest, KeepsBatchesWithinTheVendorsLimit) {
  AddressBook book(clock_, {.linger = 50ms, .max_batch = 10});
  std::atomic<int> found{0};

  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 35; ++i) {
      threads.emplace_back([&, i] {
        if (book.Find(Vendor(), {std::to_string(i)}, {}).front().ok()) ++found;
      });
    }
  }

  EXPECT_EQ(found, 35);
  for (const auto& batch : batches_) EXPECT_LE(batch.size(), 10u);
}

TEST_F(AddressBookTest, AsksOnceForACallThatSeveralWant) {
  std::latch both_came(2);
  on_reserve_ = [&] { both_came.wait(); };
  AddressBook book(clock_, {.linger = 50ms, .max_batch = 2});

  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 2; ++i) {
      threads.emplace_back([&] {
        both_came.count_down();
        EXPECT_THAT(book.Find(Vendor(), {"1"}, {}).front(), IsOk());
      });
    }
  }

  for (const auto& batch : batches_) EXPECT_EQ(batch, std::vector<std::string>{"1"});
}

TEST_F(AddressBookTest, LetsGoOfThoseWhomNobodyWaitsFor) {
  std::latch reserving(1);
  std::latch go_on(1);
  on_reserve_ = [&] {
    reserving.count_down();
    go_on.wait();
  };
  std::jthread leader([&] { EXPECT_THAT(Find("1"), IsOk()); });
  reserving.wait();

  const auto left =
      book_.Find(Vendor(), {"2"}, {.until = {}, .cancelled = [] { return true; }}).front();

  EXPECT_THAT(left, HasCode(absl::StatusCode::kCancelled));
  go_on.count_down();
}

TEST(AddressCache, ForgetsTheOldestFirst) {
  const Timestamp now{};
  AddressCache cache(2);
  for (const char* id : {"1", "2", "3"}) {
    cache.Put("a", {.source_call_id = id, .url = "u", .expires = now + 8h});
  }

  EXPECT_FALSE(cache.Find("a", "1", now));
  EXPECT_TRUE(cache.Find("a", "2", now));
  EXPECT_TRUE(cache.Find("a", "3", now));
}

}  // namespace
}  // namespace callimport::adapter_gateway
