// The fuzzer's target over seeds and many small damages of them, in every test run.
#include "tests/fuzz/sealed_text_parsers.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "libs/crypto/envelope.h"
#include "libs/crypto/local_keys.h"
#include "tests/fuzz/bending.h"
#include "tests/fuzz/seed_files.h"

namespace callimport::fuzz {
namespace {

std::vector<std::string> Seeds() {
  const crypto::LocalKeys keys({"k2", {{"k2", Secret(std::string(32, 'x'))}}});
  const auto envelope = crypto::SealEnvelope(keys, Secret("hunter2"), {"acme", "gong", "id", "1"});
  std::vector<std::string> seeds = SeedFilesOf("sealed_text");
  seeds.insert(seeds.end(),
               {crypto::SerializeEnvelope(*envelope), std::string(), std::string(20, '\0'),
                std::string(20, '\xff'), std::string("\0\0\0\1\2\0\0\0\xff", 9)});
  return seeds;
}

TEST(SealedTextParsers, TakeEverySeedAndEveryShortening) {
  EXPECT_GE(Seeds().size(), 10u);
  for (const std::string& seed : Seeds()) {
    for (size_t length = 0; length <= seed.size(); ++length)
      Try(TrySealedTextParsers, seed.substr(0, length));
  }
}

TEST(SealedTextParsers, TakeEveryByteInEveryPlace) {
  for (const std::string& seed : Seeds()) {
    for (size_t place = 0; place < seed.size(); ++place) {
      for (const int byte : {0, 1, 0x7f, 0x80, 0xff, 0x22, 0x7d, 0x3a, 0x0a}) {
        std::string damaged = seed;
        damaged[place] = static_cast<char>(byte);
        Try(TrySealedTextParsers, damaged);
      }
    }
  }
}

TEST(SealedTextParsers, TakeSplicedSeeds) {
  std::minstd_rand random(7);
  const std::vector<std::string> seeds = Seeds();
  for (int i = 0; i < 20'000; ++i) {
    const std::string& head = seeds[random() % seeds.size()];
    const std::string& tail = seeds[random() % seeds.size()];
    Try(TrySealedTextParsers,
        head.substr(0, random() % (head.size() + 1)) + tail.substr(random() % (tail.size() + 1)));
  }
}

}  // namespace
}  // namespace callimport::fuzz
