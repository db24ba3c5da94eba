#include "services/adapter-gateway/sessions/access_leases.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>
#include <vector>

#include "libs/common/errors.h"
#include "libs/common/proto_time.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/status_matchers.h"
#include "services/adapter-gateway/sessions/fake_vault.h"

namespace callimport::adapter_gateway {
namespace {

using namespace std::chrono_literals;
using testing::HasReason;
using testing::IsOk;

class AccessLeasesTest : public ::testing::Test {
 protected:
  AccessLeasesTest() { vault_.Put("acme", "c1", "gong", {{"access_key", "k"}}); }

  testing::FakeClock clock_;
  FakeVault vault_{clock_};
  AccessLeases leases_{vault_, clock_};
};

TEST_F(AccessLeasesTest, KeepsALeaseForAWhile) {
  const auto first = leases_.Borrow("acme", "c1");
  const auto second = leases_.Borrow("acme", "c1");

  ASSERT_THAT(first, IsOk());
  EXPECT_EQ((*first)->platform, "gong");
  EXPECT_EQ(FieldOf((*first)->fields, "access_key"), "k");
  EXPECT_EQ(*first, *second);
  EXPECT_EQ(vault_.leases(), 1);
}

TEST_F(AccessLeasesTest, AsksAgainAfterAMinuteAtTheLatest) {
  ASSERT_THAT(leases_.Borrow("acme", "c1"), IsOk());
  clock_.Advance(60s);

  ASSERT_THAT(leases_.Borrow("acme", "c1"), IsOk());

  EXPECT_EQ(vault_.leases(), 2);
}

TEST_F(AccessLeasesTest, AsksAgainShortlyBeforeALeaseEnds) {
  vault_.set_lifetime(20s);
  ASSERT_THAT(leases_.Borrow("acme", "c1"), IsOk());
  clock_.Advance(16s);

  ASSERT_THAT(leases_.Borrow("acme", "c1"), IsOk());

  EXPECT_EQ(vault_.leases(), 2);
}

TEST_F(AccessLeasesTest, AsksAgainForWhatWasDropped) {
  ASSERT_THAT(leases_.Borrow("acme", "c1"), IsOk());
  leases_.Drop("acme", "c1");

  ASSERT_THAT(leases_.Borrow("acme", "c1"), IsOk());

  EXPECT_EQ(vault_.leases(), 2);
}

TEST_F(AccessLeasesTest, KeepsWorkspacesApart) {
  ASSERT_THAT(leases_.Borrow("acme", "c1"), IsOk());

  EXPECT_THAT(leases_.Borrow("other", "c1"), HasReason("CREDENTIAL_NOT_FOUND"));
}

TEST_F(AccessLeasesTest, RemembersNoError) {
  EXPECT_THAT(leases_.Borrow("acme", "c2"), HasReason("CREDENTIAL_NOT_FOUND"));
  vault_.Put("acme", "c2", "gong", {});

  EXPECT_THAT(leases_.Borrow("acme", "c2"), IsOk());
}

TEST_F(AccessLeasesTest, AsksOnceForAllWhoCallAtTheSameTime) {
  constexpr int kThreads = 8;
  std::latch all_came(kThreads);
  vault_.set_before_lease([&] { all_came.wait(); });
  std::atomic<int> fine{0};

  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&] {
        all_came.count_down();
        if (leases_.Borrow("acme", "c1").ok()) ++fine;
      });
    }
  }

  EXPECT_EQ(fine, kThreads);
  EXPECT_EQ(vault_.leases(), 1);
}

}  // namespace
}  // namespace callimport::adapter_gateway
