// The targets over good texts and many small damages of them, in every test run; libFuzzer does it
// longer and better.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace callimport::fuzz {

using Target = void (*)(const uint8_t* data, size_t size);

inline void Try(Target target, const std::string& text) {
  target(reinterpret_cast<const uint8_t*>(text.data()), text.size());
}

// Up to four bytes in random places are added, gone, or others.
inline std::string Bent(const std::string& good, int round, std::minstd_rand& random) {
  std::string bent = good;
  for (int change = 0; change <= round % 4; ++change) {
    const size_t place = bent.empty() ? 0 : random() % bent.size();
    if (random() % 3 == 0) {
      bent.insert(place, 1, static_cast<char>(random()));
    } else if (random() % 2 == 0 && !bent.empty()) {
      bent.erase(place, 1 + random() % 8);
    } else if (!bent.empty()) {
      bent[place] = static_cast<char>(random());
    }
  }
  return bent;
}

inline void TryBent(Target target, const std::vector<std::string>& goods, unsigned seed) {
  std::minstd_rand random(seed);
  for (const std::string& good : goods) {
    Try(target, good);
    for (int round = 0; round < 300; ++round) Try(target, Bent(good, round, random));
  }
}

// JSON with something else in a random place.
inline std::string WithAnything(std::string text, std::minstd_rand& random) {
  static const std::vector<std::string> pieces = {
      "null", "{}", "[]", "\"\"", "0", "-1", "1e99", "\\u0000", "\\ud800", "\xff\xfe", "\"id\":"};
  const std::string& piece = pieces[random() % pieces.size()];
  return text.replace(text.empty() ? 0 : random() % text.size(), random() % 12, piece);
}

}  // namespace callimport::fuzz
