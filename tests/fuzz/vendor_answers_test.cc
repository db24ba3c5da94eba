// The fuzzer's target over recorded answers and many small damages of them, in every test run.
#include "tests/fuzz/vendor_answers.h"

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
  TryVendorAnswers(reinterpret_cast<const uint8_t*>(text.data()), text.size());
}

std::string ReadFile(const std::filesystem::path& path) {
  const std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// What the adapters' own tests read.
std::vector<std::string> Seeds() {
  std::vector<std::string> seeds = {"", "{}", "[]", "null"};
  for (const auto& entry : std::filesystem::recursive_directory_iterator(PLATFORMS_DIR)) {
    if (entry.path().extension() == ".json") seeds.push_back(ReadFile(entry.path()));
  }
  return seeds;
}

TEST(VendorAnswers, AreTakenAsTheyWereRecorded) {
  EXPECT_GT(Seeds().size(), 8u);
  for (const std::string& seed : Seeds()) Try(seed);
}

TEST(VendorAnswers, MayHaveAnythingInAnyPlace) {
  std::minstd_rand random(7);
  const std::vector<std::string> seeds = Seeds();
  const std::vector<std::string> pieces = {"null", "{}",   "[]",      "\"\"",     "0",
                                           "-1",   "1e99", "\\ud800", "\xff\xfe", "\"id\":"};
  for (int i = 0; i < 200; ++i) {
    std::string text = seeds[random() % seeds.size()];
    const std::string& piece = pieces[random() % pieces.size()];
    if (!text.empty()) text.replace(random() % text.size(), random() % 12, piece);
    Try(text);
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
        Try(changed);
        place = end;
      }
    }
  }
}

}  // namespace
}  // namespace callimport::fuzz
