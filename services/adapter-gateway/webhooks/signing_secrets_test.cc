#include "services/adapter-gateway/webhooks/signing_secrets.h"

#include <latch>
#include <thread>

#include "libs/testing/fake_clock.h"
#include "libs/testing/status_matchers.h"
#include "services/adapter-gateway/webhooks/fake_webhook_secrets.h"

namespace callimport::adapter_gateway {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasCode;
using testing::IsOk;

const WebhookSource kPhone{"acme", "phone", "openphone"};

class SigningSecretsTest : public ::testing::Test {
 protected:
  SigningSecretsTest() { vault_.Put("phone", "first"); }

  // The newest; empty: there is none.
  std::string NewestOf(const absl::StatusOr<SigningSecrets::List>& list) {
    EXPECT_THAT(list, IsOk());
    return !list.ok() || (*list)->empty() ? "" : (*list)->front().text.Reveal();
  }
  std::string Newest() { return NewestOf(secrets_.Of(kPhone)); }

  testing::FakeClock clock_;
  FakeWebhookSecrets vault_{clock_};
  SigningSecrets secrets_{vault_, clock_};
};

TEST_F(SigningSecretsTest, ABurstForAColdSourceAsksTheVaultOnce) {
  constexpr int kBurst = 16;
  std::latch answer{1};
  vault_.set_on_lease([&] { answer.wait(); });
  std::latch begun{kBurst};
  std::atomic<int> served = 0;
  {
    std::vector<std::jthread> deliveries;
    deliveries.reserve(kBurst);
    for (int i = 0; i < kBurst; ++i) {
      deliveries.emplace_back([&] {
        begun.count_down();
        served += Newest() == "first";
      });
    }
    begun.wait();
    answer.count_down();
  }
  EXPECT_EQ(served, kBurst);
  EXPECT_EQ(vault_.leases(), 1);
}

TEST_F(SigningSecretsTest, ASourceWithoutASecretIsAskedForOnlyNowAndThen) {
  const WebhookSource stranger{"acme", "stranger", "openphone"};
  for (int i = 0; i < 100; ++i) EXPECT_EQ(NewestOf(secrets_.Of(stranger)), "");
  for (int i = 0; i < 100; ++i) EXPECT_EQ(NewestOf(secrets_.OfNow(stranger)), "");
  EXPECT_EQ(vault_.leases(), 1);
  vault_.Put("stranger", "handed over");
  clock_.Advance(seconds(2));
  EXPECT_EQ(NewestOf(secrets_.Of(stranger)), "handed over");
}

TEST_F(SigningSecretsTest, AVaultInTroubleIsLeftAloneForASecond) {
  vault_.set_down(true);
  for (int i = 0; i < 100; ++i) {
    EXPECT_THAT(secrets_.Of(kPhone), HasCode(absl::StatusCode::kUnavailable));
  }
  EXPECT_EQ(vault_.leases(), 1);
  vault_.set_down(false);
  clock_.Advance(seconds(1));
  EXPECT_EQ(Newest(), "first");
}

TEST_F(SigningSecretsTest, WhatTheVaultSaidLastServesForAQuarterOfAnHourMore) {
  EXPECT_EQ(Newest(), "first");
  vault_.set_down(true);
  clock_.Advance(minutes(1));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(Newest(), "first");
  EXPECT_EQ(vault_.leases(), 2);
  clock_.Advance(minutes(14));
  EXPECT_EQ(Newest(), "first");
  clock_.Advance(minutes(1));
  EXPECT_THAT(secrets_.Of(kPhone), HasCode(absl::StatusCode::kUnavailable));
}

TEST_F(SigningSecretsTest, NobodyWaitsForASlowVaultWhoHasWhatItSaidLast) {
  EXPECT_EQ(Newest(), "first");
  clock_.Advance(minutes(1));
  // While somebody waits for the vault.
  vault_.set_on_lease([&] { EXPECT_EQ(Newest(), "first"); });
  EXPECT_EQ(Newest(), "first");
  EXPECT_EQ(vault_.leases(), 2);
}

TEST_F(SigningSecretsTest, ASecretThatAnotherReplicaStoredIsFoundByWhoeverDoubts) {
  EXPECT_EQ(Newest(), "first");
  vault_.Put("phone", "second");
  EXPECT_EQ(NewestOf(secrets_.OfNow(kPhone)), "first");
  clock_.Advance(seconds(11));
  EXPECT_EQ(Newest(), "first");
  for (int i = 0; i < 100; ++i) EXPECT_EQ(NewestOf(secrets_.OfNow(kPhone)), "second");
  EXPECT_EQ(Newest(), "second");
  EXPECT_EQ(vault_.leases(), 2);
}

}  // namespace
}  // namespace callimport::adapter_gateway
