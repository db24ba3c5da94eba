// What was said in a generated sales call: two people, a few topics, sentences with their times.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "tests/fake_vendors/random.h"

namespace callimport::fake_vendors {

enum class Speaker { kSeller = 0, kBuyer = 1 };

struct Line {
  Speaker speaker = Speaker::kSeller;
  std::string topic;
  std::string text;
  // A slot long enough to say the text in.
  std::chrono::milliseconds start{0};
  std::chrono::milliseconds end{0};
};

struct Dialogue {
  // What the buyer asked about first; the call's title is made of it.
  std::string subject;
  std::vector<Line> lines;
  std::chrono::milliseconds length{0};
};

Dialogue MakeDialogue(Random random, const std::string& seller, const std::string& buyer,
                      const std::string& company);

}  // namespace callimport::fake_vendors
