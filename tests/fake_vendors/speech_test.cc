#include "tests/fake_vendors/speech.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <thread>

#include "tests/fake_vendors/gong/call_book.h"
#include "tests/fake_vendors/mp3_encoder.h"

namespace callimport::fake_vendors {
namespace {

TEST(Speech, FitsIntoTheSlotsThatTranscriptsTell) {
  SpeechSynthesizer synthesizer;
  const gong::CallBook book({.seed = 9, .calls = 25});

  for (uint64_t index = 0; index < book.size(); ++index) {
    for (const Line& line : book.At(index).dialogue.lines) {
      const auto said = synthesizer.Speak(line.speaker, line.text);
      const auto length = std::chrono::milliseconds(said->size() * 1000 / kSampleRate);
      EXPECT_LE(line.start + length, line.end + std::chrono::milliseconds(450)) << line.text;
    }
  }
}

TEST(Speech, IsTheSameEveryTime) {
  const Dialogue dialogue = gong::CallBook({.seed = 9, .calls = 5}).At(3).dialogue;
  SpeechSynthesizer one;
  SpeechSynthesizer other;

  const Samples call = one.Read(dialogue);

  EXPECT_EQ(call, other.Read(dialogue));
  EXPECT_EQ(EncodeMp3(call), EncodeMp3(call));
  EXPECT_GT(*std::ranges::max_element(call), 5000);
}

TEST(Speech, IsTheSameWhateverOtherThreadsDraw) {
  const Dialogue dialogue = gong::CallBook({.seed = 9, .calls = 5}).At(3).dialogue;
  const Samples call = SpeechSynthesizer().Read(dialogue);

  std::jthread other([](const std::stop_token& stop) {
    while (!stop.stop_requested()) (void)rand();
  });

  EXPECT_EQ(call, SpeechSynthesizer().Read(dialogue));
}

}  // namespace
}  // namespace callimport::fake_vendors
