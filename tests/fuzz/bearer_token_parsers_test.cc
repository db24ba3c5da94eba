#include "tests/fuzz/bearer_token_parsers.h"

#include <gtest/gtest.h>

#include <random>

#include "libs/jwt/token_forge_fixture.h"
#include "tests/fuzz/seed_files.h"

namespace callimport::fuzz {
namespace {

void Try(const std::string& text) {
  TryBearerTokenParsers(reinterpret_cast<const uint8_t*>(text.data()), text.size());
}

// Bends good texts a little in many ways; libFuzzer does it longer and better.
TEST(BearerTokenParsersTest, BentTextsBreakNoPromise) {
  const jwt::TokenForge forge;
  std::minstd_rand random(7);
  std::vector<std::string> goods = SeedFilesOf("bearer_token");
  EXPECT_GE(goods.size(), 4u);
  goods.insert(goods.end(),
               {forge.KeySetJson(), forge.Mint("ed", R"({"exp":1,"iss":"i"})"),
                forge.Mint("ec", R"({"exp":1800000600,"iss":"i","aud":["a"]})"), std::string()});
  for (const std::string& good : goods) {
    Try(good);
    for (int round = 0; round < 300; ++round) {
      std::string bent = good;
      for (int change = 0; change <= round % 4; ++change) {
        const size_t place = bent.empty() ? 0 : random() % bent.size();
        if (random() % 3 == 0)
          bent.insert(place, 1, static_cast<char>(random()));
        else if (random() % 2 == 0 && !bent.empty())
          bent.erase(place, 1 + random() % 8);
        else if (!bent.empty())
          bent[place] = static_cast<char>(random());
      }
      Try(bent);
    }
  }
}

}  // namespace
}  // namespace callimport::fuzz
