// The fuzzer's target over deliveries as vendors show them, and many small damages of them.
#include "tests/fuzz/webhook_deliveries.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "tests/fuzz/bending.h"
#include "tests/fuzz/seed_files.h"

namespace callimport::fuzz {
namespace {

std::vector<std::string> Seeds() {
  std::vector<std::string> seeds = {"", "{}", "[]"};
  const std::vector<std::string> files = SeedFilesOf("webhook_deliveries");
  seeds.insert(seeds.end(), files.begin(), files.end());
  return seeds;
}

TEST(WebhookDeliveries, AreTakenAsVendorsShowThem) {
  EXPECT_GE(Seeds().size(), 12u);
  for (const std::string& seed : Seeds()) Try(TryWebhookDeliveries, seed);
}

TEST(WebhookDeliveries, MayHaveAnythingInAnyPlace) {
  std::minstd_rand random(13);
  for (const std::string& seed : Seeds()) {
    for (int round = 0; round < 200; ++round) {
      Try(TryWebhookDeliveries, WithAnything(seed, random));
    }
  }
}

}  // namespace
}  // namespace callimport::fuzz
