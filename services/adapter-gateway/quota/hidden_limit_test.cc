// A vendor that allows less than the catalog says, does not say how much, changes its mind, and is
// asked by others besides: two replicas use nearly all that is left to them, and are rarely
// refused.
#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <memory>
#include <random>
#include <vector>

#include "services/adapter-gateway/domain/bucket_ledger.h"
#include "services/adapter-gateway/quota/quota_bucket.h"

namespace callimport::adapter_gateway {
namespace {

using namespace std::chrono_literals;

constexpr auto kStep = 2ms;
constexpr auto kLatency = 20ms;
constexpr auto kLease = 5s;

// Counts what came within the last second, whoever sent it.
class Vendor {
 public:
  bool Admit(Timestamp now, int64_t limit) {
    while (!admitted_.empty() && admitted_.front() + 1s <= now) admitted_.pop_front();
    if (static_cast<int64_t>(admitted_.size()) >= limit) return false;
    admitted_.push_back(now);
    return true;
  }

 private:
  std::deque<Timestamp> admitted_;
};

// What the vendor allows in all, and what the other client asks of it, from a moment on.
struct Phase {
  std::chrono::seconds length;
  int64_t limit;
  double rival;
};

struct Outcome {
  double use = 0;      // of what was left to us
  double refused = 0;  // of what we sent
};

class Course {
 public:
  Course(std::vector<Phase> phases, std::chrono::milliseconds retry_after, unsigned seed)
      : phases_(std::move(phases)), retry_after_(retry_after), random_(seed) {
    const std::vector<QuotaWindow> catalog = {{.limit = 200, .period = 1s}};
    for (int i = 0; i < 2; ++i) replicas_.push_back(std::make_unique<QuotaBucket>("b", catalog));
  }

  Outcome Run() {
    for (const Phase& phase : phases_) {
      for (const Timestamp end = now_ + phase.length; now_ < end; now_ += kStep) Step(phase);
    }
    return {.use = static_cast<double>(well_) / left_,
            .refused = static_cast<double>(refused_) / static_cast<double>(well_ + refused_)};
  }

 private:
  struct Flight {
    size_t replica;
    Timestamp sent_at;
  };

  void Step(const Phase& phase) {
    const double seconds = std::chrono::duration<double>(kStep).count();
    AskAsRival(phase, seconds);
    left_ += (static_cast<double>(phase.limit) - phase.rival) * seconds;
    Land(phase.limit);
    for (size_t i = 0; i < replicas_.size(); ++i) {
      QuotaBucket& bucket = *replicas_[i];
      const QuotaUse use;
      if (bucket.ShouldAsk(now_, use)) Exchange(i);
      // Each replica has so many threads.
      for (; in_flight_[i] < 16 && bucket.MayGo(now_, use); ++in_flight_[i]) {
        bucket.Take(now_, use);
        flights_.push_back({i, now_});
      }
      bucket.Miss(now_, use);
      if (tick_++ % 25 == 0 && bucket.IsDue(now_)) Exchange(i);
    }
  }

  void AskAsRival(const Phase& phase, double seconds) {
    rival_due_ += phase.rival * seconds * std::uniform_real_distribution<>(0.5, 1.5)(random_);
    for (; rival_due_ >= 1; rival_due_ -= 1) vendor_.Admit(now_, phase.limit);
  }

  void Land(int64_t limit) {
    while (!flights_.empty() && flights_.front().sent_at + kLatency <= now_) {
      const Flight flight = flights_.front();
      flights_.pop_front();
      --in_flight_[flight.replica];
      if (vendor_.Admit(now_, limit)) {
        ++well_;
      } else {
        ++refused_;
        replicas_[flight.replica]->Refused("", flight.sent_at, now_ + retry_after_);
      }
    }
  }

  void Exchange(size_t i) {
    const BucketClaim claim = replicas_[i]->Claim(now_, {.all = 8, .urgent = 0});
    const BucketGrant grant = Settle(ledger_, std::to_string(i), claim, now_, kLease);
    replicas_[i]->Apply(claim, grant, now_ + kLease, now_);
  }

  const std::vector<Phase> phases_;
  const std::chrono::milliseconds retry_after_;
  std::minstd_rand random_;
  Timestamp now_{1'767'225'600s};
  BucketState ledger_;
  Vendor vendor_;
  std::vector<std::unique_ptr<QuotaBucket>> replicas_;
  std::map<size_t, int> in_flight_;
  std::deque<Flight> flights_;
  double rival_due_ = 0;
  double left_ = 0;
  int64_t well_ = 0;
  int64_t refused_ = 0;
  int64_t tick_ = 0;
};

TEST(HiddenLimit, IsUsedNearlyInFullAndRarelyOverstepped) {
  const std::vector<std::vector<Phase>> courses = {{{240s, 50, 10}},
                                                   {{120s, 60, 10}, {120s, 40, 10}, {120s, 60, 20}},
                                                   {{120s, 30, 5}, {120s, 60, 5}, {120s, 30, 5}}};
  constexpr unsigned kSeeds = 2;
  for (const std::chrono::milliseconds retry_after : {250ms, 1000ms}) {
    for (size_t i = 0; i < courses.size(); ++i) {
      Outcome mean;
      for (unsigned seed = 1; seed <= kSeeds; ++seed) {
        const Outcome outcome = Course(courses[i], retry_after, seed).Run();
        mean.use += outcome.use / kSeeds;
        mean.refused += outcome.refused / kSeeds;
      }

      EXPECT_GE(mean.use, 0.90) << "course " << i << ", Retry-After " << retry_after.count();
      EXPECT_LT(mean.refused, 0.01) << "course " << i << ", Retry-After " << retry_after.count();
    }
  }
}

}  // namespace
}  // namespace callimport::adapter_gateway
