// The fuzzer's target over recorded answers and many small damages of them, in every test run.
#include "tests/fuzz/vendor_answers.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "tests/fuzz/bending.h"
#include "tests/fuzz/seed_files.h"

namespace callimport::fuzz {
namespace {

// What the adapters' own tests read.
std::vector<std::string> Seeds() {
  std::vector<std::string> seeds = {"", "{}", "[]", "null"};
  for (const auto& entry : std::filesystem::recursive_directory_iterator(PLATFORMS_DIR)) {
    if (entry.path().extension() == ".json") seeds.push_back(SeedIn(entry.path()));
  }
  return seeds;
}

TEST(VendorAnswers, AreTakenAsTheyWereRecorded) {
  EXPECT_GT(Seeds().size(), 8u);
  for (const std::string& seed : Seeds()) Try(TryVendorAnswers, seed);
}

TEST(VendorAnswers, MayHaveAnythingInAnyPlace) {
  std::minstd_rand random(7);
  const std::vector<std::string> seeds = Seeds();
  for (int i = 0; i < 200; ++i) {
    Try(TryVendorAnswers, WithAnything(seeds[random() % seeds.size()], random));
  }
}

TEST(VendorAnswers, MayHaveValuesOfOtherTypes) {
  for (std::string text : Seeds()) {
    for (const char* other :
         {":null", ":5", ":\"x\"", ":[]", ":{}", ":[1,\"x\",null,{}]", ":true"}) {
      size_t place = 0;
      for (int change = 0; change < 12; ++change) {
        place = text.find("\":", place);
        if (place == std::string::npos) break;
        const size_t end = text.find_first_of(",}", place);
        if (end == std::string::npos) break;
        std::string changed = text;
        changed.replace(place + 1, end - place - 1, other);
        Try(TryVendorAnswers, changed);
        place = end;
      }
    }
  }
}

}  // namespace
}  // namespace callimport::fuzz
