#include "tests/fuzz/bearer_token_parsers.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "libs/jwt/token_forge_fixture.h"
#include "tests/fuzz/bending.h"
#include "tests/fuzz/seed_files.h"

namespace callimport::fuzz {
namespace {

TEST(BearerTokenParsersTest, BentTextsBreakNoPromise) {
  const jwt::TokenForge forge;
  std::vector<std::string> goods = SeedFilesOf("bearer_token");
  EXPECT_GE(goods.size(), 4u);
  goods.insert(goods.end(),
               {forge.KeySetJson(), forge.Mint("ed", R"({"exp":1,"iss":"i"})"),
                forge.Mint("ec", R"({"exp":1800000600,"iss":"i","aud":["a"]})"), std::string()});
  TryBent(TryBearerTokenParsers, goods, 7);
}

}  // namespace
}  // namespace callimport::fuzz
