// The fuzzer's target over deliveries as vendors show them, and many small damages of them.
#include "tests/fuzz/webhook_deliveries.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

namespace callimport::fuzz {
namespace {

void Try(const std::string& text) {
  TryWebhookDeliveries(reinterpret_cast<const uint8_t*>(text.data()), text.size());
}

std::vector<std::string> Seeds() {
  std::vector<std::string> seeds = {"", "{}", "[]"};
  for (const auto& entry : std::filesystem::directory_iterator(SEEDS_DIR "/webhook_deliveries")) {
    const std::ifstream file(entry.path());
    std::ostringstream text;
    text << file.rdbuf();
    seeds.push_back(text.str());
  }
  return seeds;
}

TEST(WebhookDeliveries, AreTakenAsVendorsShowThem) {
  EXPECT_GE(Seeds().size(), 12u);
  for (const std::string& seed : Seeds()) Try(seed);
}

TEST(WebhookDeliveries, MayHaveAnythingInAnyPlace) {
  std::minstd_rand random(13);
  const std::vector<std::string> pieces = {"null", "{}",      "[]",      "\"\"",     "-1",
                                           "1e99", "\\u0000", "\\ud800", "\xff\xfe", "\"id\":"};
  for (const std::string& seed : Seeds()) {
    for (int round = 0; round < 200; ++round) {
      std::string text = seed;
      const std::string& piece = pieces[random() % pieces.size()];
      text.replace(text.empty() ? 0 : random() % text.size(), random() % 12, piece);
      Try(text);
    }
  }
}

}  // namespace
}  // namespace callimport::fuzz
