#include "services/credential-manager/storage/lease_combiner.h"

#include <atomic>
#include <semaphore>
#include <thread>

#include "libs/testing/status_matchers.h"

namespace callimport::credential_manager {
namespace {

using callimport::testing::HasReason;
using callimport::testing::IsOk;
using std::chrono::steady_clock;

using Results = std::vector<absl::StatusOr<OpenedCredential>>;

// Opens everything but "unknown"; a batch ends when it is let to.
class Vault {
 public:
  Results LeaseMany(const std::vector<LeaseRequest>& requests) {
    {
      std::lock_guard lock(mutex_);
      sizes_.push_back(requests.size());
    }
    began_.release();
    may_end_.acquire();
    Results results;
    for (const LeaseRequest& request : requests) {
      if (request.credential_id == "unknown") {
        results.push_back(Error(absl::StatusCode::kNotFound, "CREDENTIAL_NOT_FOUND", "no"));
      } else {
        OpenedCredential opened;
        opened.credential.credential_id = request.credential_id;
        results.push_back(std::move(opened));
      }
    }
    return results;
  }

  void AwaitBatch() { began_.acquire(); }
  void LetEnd(int batches = 1) { may_end_.release(batches); }

  std::vector<size_t> sizes() {
    std::lock_guard lock(mutex_);
    return sizes_;
  }

 private:
  std::mutex mutex_;
  std::vector<size_t> sizes_;
  std::counting_semaphore<> began_{0};
  std::counting_semaphore<> may_end_{0};
};

class LeaseCombinerTest : public ::testing::Test {
 protected:
  std::unique_ptr<LeaseCombiner> Combine(LeaseCombiner::Bounds bounds) {
    return std::make_unique<LeaseCombiner>(
        [this](const std::vector<LeaseRequest>& requests) { return vault_.LeaseMany(requests); },
        bounds);
  }

  static LeaseRequest Of(const std::string& id) {
    return {.workspace_id = "acme", .credential_id = id, .context = {}};
  }

  static steady_clock::time_point Soon() { return steady_clock::now() + std::chrono::minutes(1); }

  // Until so many wait behind the batch that runs.
  static void AwaitWaiting(LeaseCombiner& combiner, size_t count) {
    while (combiner.waiting() != count) std::this_thread::yield();
  }

  Vault vault_;
};

TEST_F(LeaseCombinerTest, WhatIsAskedDuringABatchIsTheNextOne) {
  const auto combiner = Combine({.batches_at_once = 1});
  std::vector<absl::StatusOr<OpenedCredential>> results(5, absl::UnknownError("none"));
  {
    std::vector<std::jthread> callers;
    callers.emplace_back([&] { results[0] = combiner->LeaseAndWait(Of("0"), Soon()); });
    vault_.AwaitBatch();
    for (size_t i = 1; i < results.size(); ++i) {
      callers.emplace_back(
          [&, i] { results[i] = combiner->LeaseAndWait(Of(std::to_string(i)), Soon()); });
    }
    AwaitWaiting(*combiner, 4);
    vault_.LetEnd(2);
  }

  EXPECT_EQ(vault_.sizes(), (std::vector<size_t>{1, 4}));
  for (size_t i = 0; i < results.size(); ++i) {
    ASSERT_THAT(results[i], IsOk());
    EXPECT_EQ(results[i]->credential.credential_id, std::to_string(i));
  }
}

TEST_F(LeaseCombinerTest, EachGetsItsOwnStatus) {
  const auto combiner = Combine({.batches_at_once = 1});
  absl::StatusOr<OpenedCredential> known = absl::UnknownError("none");
  absl::StatusOr<OpenedCredential> unknown = absl::UnknownError("none");
  {
    const std::jthread first([&] { static_cast<void>(combiner->LeaseAndWait(Of("0"), Soon())); });
    vault_.AwaitBatch();
    const std::jthread one([&] { known = combiner->LeaseAndWait(Of("1"), Soon()); });
    const std::jthread other([&] { unknown = combiner->LeaseAndWait(Of("unknown"), Soon()); });
    AwaitWaiting(*combiner, 2);
    vault_.LetEnd(2);
  }

  EXPECT_THAT(known, IsOk());
  EXPECT_THAT(unknown, HasReason("CREDENTIAL_NOT_FOUND"));
}

TEST_F(LeaseCombinerTest, ABatchAndTheQueueAreBounded) {
  const auto combiner = Combine({.max_batch = 2, .max_waiting = 3, .batches_at_once = 1});
  {
    std::vector<std::jthread> callers;
    callers.emplace_back([&] { EXPECT_THAT(combiner->LeaseAndWait(Of("0"), Soon()), IsOk()); });
    vault_.AwaitBatch();
    for (int i = 0; i < 3; ++i) {
      callers.emplace_back([&] { EXPECT_THAT(combiner->LeaseAndWait(Of("1"), Soon()), IsOk()); });
    }
    AwaitWaiting(*combiner, 3);

    EXPECT_THAT(combiner->LeaseAndWait(Of("2"), Soon()), HasReason("LEASES_BUSY"));
    vault_.LetEnd(3);
  }

  EXPECT_EQ(vault_.sizes(), (std::vector<size_t>{1, 2, 1}));
}

TEST_F(LeaseCombinerTest, NobodyWaitsLongerThanHeWants) {
  const auto combiner = Combine({.batches_at_once = 1});
  {
    const std::jthread first([&] { EXPECT_THAT(combiner->LeaseAndWait(Of("0"), Soon()), IsOk()); });
    vault_.AwaitBatch();

    EXPECT_THAT(combiner->LeaseAndWait(Of("1"), steady_clock::now()), HasReason("LEASE_TOO_LATE"));
    vault_.LetEnd();
  }

  AwaitWaiting(*combiner, 0);
  EXPECT_EQ(vault_.sizes(), (std::vector<size_t>{1})) << "what came too late was leased";
}

TEST_F(LeaseCombinerTest, AnswersWhatWaitsBeforeItEnds) {
  std::atomic<int> answered = 0;
  auto combiner = Combine({.max_batch = 1, .batches_at_once = 1});
  for (int i = 0; i < 5; ++i) {
    combiner->Lease(Of(std::to_string(i)), Soon(), [&](const auto& opened) {
      EXPECT_THAT(opened, IsOk());
      ++answered;
    });
  }
  vault_.LetEnd(5);

  combiner.reset();

  EXPECT_EQ(answered, 5);
}

TEST_F(LeaseCombinerTest, ManyAtOnceAreAllAnswered) {
  const auto combiner = Combine({.max_batch = 8, .batches_at_once = 2});
  constexpr int kThreads = 16;
  constexpr int kEach = 200;
  vault_.LetEnd(kThreads * kEach);
  std::atomic<int> answered = 0;
  {
    std::vector<std::jthread> callers;
    for (int thread = 0; thread < kThreads; ++thread) {
      callers.emplace_back([&, thread] {
        for (int i = 0; i < kEach; ++i) {
          const std::string id = std::to_string(thread) + "-" + std::to_string(i);
          const auto leased = combiner->LeaseAndWait(Of(id), Soon());
          if (leased.ok() && leased->credential.credential_id == id) ++answered;
        }
      });
    }
  }

  EXPECT_EQ(answered, kThreads * kEach);
  EXPECT_EQ(combiner->waiting(), 0u);
}

}  // namespace
}  // namespace callimport::credential_manager
