#include "services/job-scheduler/domain/fair_share.h"

#include <gmock/gmock.h>

#include <deque>
#include <random>

namespace callimport::job_scheduler {
namespace {

using common::v1::WORK_CLASS_BULK;
using common::v1::WORK_CLASS_INTERACTIVE;
using common::v1::WORK_CLASS_RECONCILE;
using common::v1::WORK_CLASS_SYNC;
using common::v1::WORK_CLASS_WEBHOOK;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Contender Job(const std::string& name, const std::string& workspace = "",
              const std::string& credential = "") {
  return {.job_id = name,
          .workspace_id = workspace.empty() ? name : workspace,
          .credential_id = credential.empty() ? name : credential,
          .band = {},
          .weight = 1,
          .cost = 1,
          .rooms = {}};
}

Contender InBand(Contender contender, common::v1::WorkClass work_class, int priority = 0) {
  contender.band = BandOf(work_class, priority);
  return contender;
}

// A queue as the scheduler runs it: who has how many calls, and times that are kept in between.
class Queue {
 public:
  void Add(const Contender& contender, int calls) {
    if (!left_.contains(contender.job_id)) contenders_.push_back(contender);
    left_[contender.job_id] += calls;
  }

  std::vector<std::string> Lease(int calls) {
    std::vector<Contender> due;
    for (const Contender& contender : contenders_) {
      if (left_[contender.job_id] > 0) due.push_back(contender);
    }
    FairShare share(due, times_, {});
    std::vector<std::string> leased;
    while (static_cast<int>(leased.size()) < calls) {
      const auto next = share.Next(calls - static_cast<int>(leased.size()));
      if (next.empty()) break;
      for (const std::string& job : next) {
        if (left_[job] == 0) {
          share.Dismiss(job);
          continue;
        }
        --left_[job];
        share.Serve(job, 1);
        leased.push_back(job);
      }
    }
    for (const auto& [name, time] : share.times()) times_[name] = time;
    return leased;
  }

  std::map<std::string, int> Count(int calls, int batch) {
    std::map<std::string, int> counts;
    for (int taken = 0; taken < calls; taken += batch) {
      for (const std::string& job : Lease(batch)) ++counts[job];
    }
    return counts;
  }

  int left(const std::string& job) { return left_[job]; }

 private:
  std::vector<Contender> contenders_;
  std::map<std::string, int> left_;
  VirtualTimes times_;
};

TEST(FairShareTest, NobodyIsServedWhenNobodyWaits) {
  EXPECT_THAT(FairShare({}, {}, {}).Next(10), IsEmpty());
}

TEST(FairShareTest, WorkspacesTakeTurns) {
  EXPECT_THAT(FairShare({Job("a"), Job("b")}, {}, {}).Next(4), ElementsAre("a", "b", "a", "b"));
}

TEST(FairShareTest, ManyCredentialsOrJobsGiveAWorkspaceNoMore) {
  Queue queue;
  for (int number = 0; number < 9; ++number) {
    queue.Add(Job("big" + std::to_string(number), "big"), 1'000);
  }
  queue.Add(Job("small"), 1'000);
  EXPECT_EQ(queue.Count(400, 20)["small"], 200);
}

TEST(FairShareTest, CredentialsOfAWorkspaceTakeTurns) {
  Queue queue;
  queue.Add(Job("a", "acme"), 1'000);
  queue.Add(Job("b", "acme"), 1'000);
  EXPECT_EQ(queue.Count(100, 10)["a"], 50);
}

TEST(FairShareTest, JobsOfACredentialAreServedInTheirOrder) {
  EXPECT_THAT(FairShare({Job("older", "acme", "key"), Job("newer", "acme", "key")}, {}, {}).Next(2),
              ElementsAre("older", "older"));
}

TEST(FairShareTest, AWeightOfThreeGetsThreeTimesAsMuch) {
  Queue queue;
  Contender heavy = Job("heavy");
  heavy.weight = 3;
  queue.Add(heavy, 1'000);
  queue.Add(Job("light"), 1'000);
  EXPECT_EQ(queue.Count(400, 10)["heavy"], 300);
}

TEST(FairShareTest, DearCallsCountMoreThanCheapOnes) {
  Queue queue;
  Contender dear = Job("dear");
  dear.cost = 4;
  queue.Add(dear, 1'000);
  queue.Add(Job("cheap"), 1'000);
  EXPECT_EQ(queue.Count(500, 10)["dear"], 100);
}

TEST(FairShareTest, WhoComesLateIsServedAtOnceButNotForWhatIsPast) {
  Queue queue;
  queue.Add(Job("early"), 10'000);
  queue.Count(5'000, 100);
  queue.Add(Job("late"), 1'000);

  EXPECT_GE(queue.Count(100, 100)["late"], 50);
  const auto after = queue.Count(1'000, 100);
  EXPECT_NEAR(after.at("late"), 500, 100);
}

TEST(FairShareTest, WhoWasAwayHasSavedNothingUp) {
  Queue queue;
  queue.Add(Job("a"), 10'000);
  queue.Add(Job("b"), 10);
  queue.Count(4'000, 100);
  queue.Add(Job("b"), 5'000);
  EXPECT_NEAR(queue.Count(1'000, 100)["b"], 500, 100);
}

TEST(FairShareTest, WhoHasALittleNowAndThenOwesNothingToWhoComesLater) {
  Queue queue;
  for (int time = 0; time < 500; ++time) {
    queue.Add(Job("trickle"), 3);
    queue.Lease(10);
  }
  queue.Add(Job("trickle"), 1'000);
  queue.Add(Job("new"), 1'000);
  EXPECT_NEAR(queue.Count(100, 10)["trickle"], 50, 10);
}

TEST(FairShareTest, TheLastOneInAPlaceIsPassedOver) {
  FairShare share({Job("a"), Job("b")}, {}, {});
  share.Dismiss("a");
  EXPECT_THAT(share.Next(2), ElementsAre("b", "b"));
}

TEST(FairShareTest, LimitsAreKept) {
  Contender one = Job("one", "acme", "key");
  Contender two = Job("two", "acme", "key");
  one.rooms = {0, 1};
  two.rooms = {1};
  const FairShare share({one, two}, {}, {1, 3});
  EXPECT_THAT(share.Next(10), ElementsAre("one", "two", "two"));
}

TEST(FairShareTest, WhoIsHeldByALimitHoldsNobodyElse) {
  Contender held = Job("held");
  held.rooms = {0};
  const FairShare share({held, Job("free")}, {}, {0});
  EXPECT_THAT(share.Next(3), ElementsAre("free", "free", "free"));
}

TEST(FairShareTest, UrgentWorkOvertakesABacklog) {
  Queue queue;
  queue.Add(Job("backlog"), 10'000);
  queue.Count(1'000, 100);
  queue.Add(InBand(Job("upload"), WORK_CLASS_INTERACTIVE), 8);
  const auto next = queue.Lease(10);
  EXPECT_EQ(std::ranges::count(next, "upload"), 8);
}

TEST(FairShareTest, PaidWorkOvertakesUnpaidWorkWhichStillGetsItsPart) {
  Queue queue;
  queue.Add(Job("unpaid"), 10'000);
  queue.Count(2'000, 100);
  queue.Add(InBand(Job("paid"), WORK_CLASS_BULK, 1), 5'000);
  const auto shares = queue.Count(1'000, 100);
  EXPECT_NEAR(shares.at("paid"), 800, 100);
  EXPECT_NEAR(shares.at("unpaid"), 200, 100);
}

// All fifteen bands have more than can be done: the longest wait of each.
TEST(FairShareTest, NoBandWaitsLongerThanItsBound) {
  Queue queue;
  std::map<std::string, Band> bands;
  for (const auto work_class : {WORK_CLASS_INTERACTIVE, WORK_CLASS_WEBHOOK, WORK_CLASS_SYNC,
                                WORK_CLASS_RECONCILE, WORK_CLASS_BULK}) {
    for (int priority = 0; priority <= kHighestPriority; ++priority) {
      const std::string name = WorkClass_Name(work_class) + std::to_string(priority);
      bands[name] = BandOf(work_class, priority);
      queue.Add(InBand(Job(name), work_class, priority), 100'000);
    }
  }
  std::map<std::string, int> last;
  for (int turn = 0, step = 7; turn < 4'900; turn += step) {
    for (const std::string& job : queue.Lease(step)) {
      last[job] = turn;
      for (const auto& [name, band] : bands) {
        ASSERT_LE(turn - last[name], StarvationBound(band) + step) << name;
      }
    }
  }
  EXPECT_THAT(last, SizeIs(bands.size()));
  EXPECT_LE(StarvationBound({}), 350);
}

// One with 50,000 calls and nine with 100: the nine need hardly more turns than among themselves.
TEST(FairShareTest, OneBigTenantDoesNotHoldNineSmallOnes) {
  for (const int batch : {1, 16, 100}) {
    Queue queue;
    queue.Add(Job("big"), 50'000);
    queue.Count(1'000, batch);
    for (int number = 0; number < 9; ++number)
      queue.Add(Job("small" + std::to_string(number)), 100);
    int turns = 0;
    for (bool left = true; left; ++turns) {
      queue.Lease(batch);
      left = false;
      for (int number = 0; number < 9; ++number)
        left |= queue.left("small" + std::to_string(number));
    }
    const int alone = 900 / batch;
    EXPECT_LE(turns, 2 * alone) << "batches of " << batch;
  }
}

// Whatever the weights and costs: over a long run everybody gets their part, and in between nobody
// is further from it than a batch and a few calls.
TEST(FairShareTest, SharesFollowWeightsAndCosts) {
  std::minstd_rand random(11);
  for (int round = 0; round < 25; ++round) {
    Queue queue;
    std::map<std::string, std::pair<double, double>> terms;
    double weights = 0;
    const int tenants = 2 + static_cast<int>(random() % 8);
    for (int number = 0; number < tenants; ++number) {
      Contender contender = Job("t" + std::to_string(number));
      contender.weight = 1 + static_cast<int>(random() % 10);
      contender.cost = 1 + static_cast<int>(random() % 5);
      weights += contender.weight;
      terms[contender.job_id] = {contender.weight, contender.cost};
      queue.Add(contender, 1'000'000);
    }
    const auto counts = queue.Count(4'000, 1 + static_cast<int>(random() % 60));
    double work = 0;
    for (const auto& [name, count] : counts) work += count * terms[name].second;
    for (const auto& [name, term] : terms) {
      const double part = work * term.first / weights;
      EXPECT_NEAR(counts.at(name) * term.second, part, part * 0.03 + 6) << name;
    }
  }
}

}  // namespace
}  // namespace callimport::job_scheduler
