// Several replicas over one ledger, with lost answers, deaths and pauses: the vendor never gets
// more than it allows in any period, and nothing that it allows is lost for long.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <random>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/common/errors.h"
#include "libs/rpc/run_main.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/status_matchers.h"
#include "services/adapter-gateway/domain/bucket_ledger.h"
#include "services/adapter-gateway/quota/quota_bucket.h"

namespace callimport::adapter_gateway {
namespace {

using namespace std::chrono_literals;

constexpr auto kLease = 2s;

struct Replica {
  std::string name;
  std::unique_ptr<QuotaBucket> bucket;
  double appetite = 1;
};

// One bucket, asked by replicas whose answers may get lost and who may die between any two steps.
class Sharing {
 public:
  Sharing(std::vector<QuotaWindow> windows, int replicas, unsigned seed)
      : windows_(std::move(windows)), random_(seed) {
    for (int i = 0; i < replicas; ++i) replicas_.push_back(Born());
  }

  void Run(std::chrono::milliseconds time, bool with_accidents) {
    for (const Timestamp end = now_ + time; now_ < end; now_ += 5ms) {
      for (Replica& replica : replicas_) Step(replica, with_accidents);
    }
  }

  // This replica hears of other limits.
  void Tell(size_t replica, std::vector<QuotaWindow> windows, int64_t version) {
    replicas_[replica].bucket->Adopt({.windows = std::move(windows), .version = version});
  }

  Timestamp now() const { return now_; }
  const std::vector<Timestamp>& sent() const { return sent_; }
  std::vector<Replica>& replicas() { return replicas_; }

  size_t SentSince(Timestamp since) const {
    return static_cast<size_t>(sent_.end() - std::lower_bound(sent_.begin(), sent_.end(), since));
  }

  // Of what was sent since then.
  size_t MostIn(std::chrono::milliseconds period, Timestamp since = {}) const {
    size_t most = 0;
    for (size_t first = sent_.size() - SentSince(since), end = first; first < sent_.size();
         ++first) {
      while (end < sent_.size() && sent_[end] < sent_[first] + period) ++end;
      most = std::max(most, end - first);
    }
    return most;
  }

 private:
  Replica Born() {
    return {.name = absl::StrCat("replica ", ++born_),
            .bucket = std::make_unique<QuotaBucket>("gong/1", windows_)};
  }
  bool Chance(double share) { return std::uniform_real_distribution<>()(random_) < share; }

  void Step(Replica& replica, bool with_accidents) {
    if (with_accidents && Chance(0.0005)) replica = Born();
    const QuotaUse use;
    if (Chance(replica.appetite)) {
      if (replica.bucket->ShouldAsk(now_, use)) Exchange(replica, with_accidents);
      while (Send(replica)) {
      }
      replica.bucket->Miss(now_, use);
    }
    if (replica.bucket->IsDue(now_)) Exchange(replica, with_accidents);
  }

  bool Send(Replica& replica) {
    const QuotaUse use;
    if (!replica.bucket->MayGo(now_, use)) return false;
    replica.bucket->Take(now_, use);
    sent_.push_back(now_);
    return true;
  }

  void Exchange(Replica& replica, bool with_accidents) {
    const BucketClaim claim = replica.bucket->Claim(now_, {.all = 3, .urgent = 0});
    if (Chance(0.3)) Send(replica);                                         // meanwhile
    if (with_accidents && Chance(0.01)) return replica.bucket->Fail(now_);  // never arrived
    const BucketGrant grant = Settle(ledger_, replica.name, claim, now_, kLease);
    if (with_accidents && Chance(0.01)) return replica.bucket->Fail(now_);  // nobody heard
    replica.bucket->Apply(claim, grant, now_ + kLease, now_);
  }

  const std::vector<QuotaWindow> windows_;
  std::minstd_rand random_;
  Timestamp now_{1'767'225'600s};
  BucketState ledger_;
  std::vector<Replica> replicas_;
  std::vector<Timestamp> sent_;
  int born_ = 0;
};

TEST(QuotaSharing, NeverGivesTheVendorMoreThanItAllowsWhateverHappens) {
  const std::vector<std::vector<QuotaWindow>> policies = {
      {{.limit = 3, .period = 1s}},
      {{.limit = 1, .period = 1s}},
      {{.limit = 50, .period = 1s}, {.limit = 400, .period = 60s}},
      {{.limit = 7, .period = 300ms}, {.limit = 100, .period = 20s}},
      {{.limit = 60, .period = 60s}}};
  for (const auto& windows : policies) {
    for (unsigned seed = 1; seed <= 6; ++seed) {
      Sharing sharing(windows, 1 + static_cast<int>(seed % 3), seed);
      for (Replica& replica : sharing.replicas()) replica.appetite = seed % 3 == 0 ? 0.02 : 1;

      sharing.Run(60s, /*with_accidents=*/true);

      for (const QuotaWindow& window : windows) {
        EXPECT_LE(sharing.MostIn(window.period), static_cast<size_t>(window.limit))
            << window.limit << " in " << window.period.count() << " ms, seed " << seed;
      }
    }
  }
}

// A hundred requests in any minute, whatever replicas there are.
TEST(QuotaSharing, KeepsTheLimitOfRetreaver) {
  common::v1::PlatformDescriptor retreaver;
  ASSERT_THAT(rpc::ReadConfig(CATALOG_DIR "/retreaver.json", retreaver), testing::IsOk());
  const QuotaPolicy policy = QuotaPolicyOf(retreaver);
  for (unsigned seed = 1; seed <= 3; ++seed) {
    Sharing sharing(policy.windows, static_cast<int>(seed), seed);

    sharing.Run(10min, /*with_accidents=*/seed == 3);

    EXPECT_LE(sharing.MostIn(60s), 100u);
    EXPECT_GE(sharing.sent().size(), 900u);
  }
}

TEST(QuotaSharing, UsesWhatIsAllowedWithAnyNumberOfReplicas) {
  for (const int64_t limit : {3, 10, 100}) {
    for (int replicas = 1; replicas <= 3; ++replicas) {
      Sharing sharing({{.limit = limit, .period = 1s}}, replicas, 1);

      sharing.Run(30s, /*with_accidents=*/false);

      EXPECT_GE(static_cast<double>(sharing.sent().size()), 0.97 * 30 * static_cast<double>(limit))
          << limit << " a second, " << replicas << " replicas";
    }
  }
}

TEST(QuotaSharing, UsesLongWindowsToo) {
  for (int replicas = 1; replicas <= 3; ++replicas) {
    Sharing sharing({{.limit = 600, .period = 60s}}, replicas, 1);

    sharing.Run(180s, /*with_accidents=*/false);

    EXPECT_GE(sharing.sent().size(), 600u * 3 * 97 / 100) << replicas << " replicas";
  }
}

// Each of the replicas hears of another limit at another time.
void ExpectSafeSwitch(const QuotaWindow& large, const QuotaWindow& small, unsigned seed) {
  const auto period = large.period;
  Sharing sharing({large}, 3, seed);
  sharing.Run(4 * period, /*with_accidents=*/false);

  sharing.Tell(0, {small}, 1);  // one of three, and everybody keeps to it
  const Timestamp lowered = sharing.now();
  sharing.Run(4 * period, /*with_accidents=*/false);
  sharing.Tell(1, {small}, 1);
  sharing.Tell(2, {small}, 1);
  sharing.Run(4 * period, /*with_accidents=*/false);
  sharing.Tell(1, {large}, 2);
  sharing.Run(4 * period, /*with_accidents=*/false);
  const size_t most_of_small = sharing.MostIn(period, lowered + 500ms);
  const auto sent_of_small = static_cast<int64_t>(sharing.SentSince(lowered + period));
  sharing.Tell(0, {large}, 2);
  sharing.Tell(2, {large}, 2);
  sharing.Run(period, /*with_accidents=*/false);
  const Timestamp settled = sharing.now();
  sharing.Run(4 * period, /*with_accidents=*/false);

  EXPECT_LE(sharing.MostIn(period), static_cast<size_t>(large.limit)) << "seed " << seed;
  EXPECT_LE(most_of_small, static_cast<size_t>(small.limit)) << "seed " << seed;
  EXPECT_GE(sent_of_small, small.limit * 10) << "seed " << seed;
  EXPECT_GE(static_cast<int64_t>(sharing.SentSince(settled)), large.limit * 4 * 9 / 10)
      << "seed " << seed;
}

TEST(QuotaSharing, FollowsAnotherLimitWithoutOverspendingAtTheSwitch) {
  for (unsigned seed = 1; seed <= 5; ++seed) {
    ExpectSafeSwitch({.limit = 100, .period = 1s}, {.limit = 20, .period = 1s}, seed);
    ExpectSafeSwitch({.limit = 600, .period = 60s}, {.limit = 90, .period = 60s}, seed);
  }
}

TEST(QuotaSharing, LetsNobodyStarveWhereThereAreFewerSeatsThanReplicas) {
  Sharing sharing({{.limit = 1, .period = 500ms}}, 3, 1);

  sharing.Run(60s, /*with_accidents=*/false);

  EXPECT_GE(sharing.sent().size(), 50u);
}

}  // namespace
}  // namespace callimport::adapter_gateway
