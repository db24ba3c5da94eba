// From a recording to words, with the real decoders and the real model.
#include "services/media-pipeline/transcribers/pocketsphinx/pocketsphinx_transcriber.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <random>
#include <thread>

#include "libs/testing/status_matchers.h"
#include "services/media-pipeline/decoding/samples_fixture.h"
#include "services/media-pipeline/transcribers/all_transcribers.h"

namespace callimport::media_pipeline {
namespace {

using callimport::testing::HasCode;
using callimport::testing::HasReason;
using callimport::testing::IsOk;

bool Never() { return false; }

// One for all tests: loading takes most of a second.
Transcriber& Engine() {
  static const std::unique_ptr<Transcriber> engine = [] {
    TranscriberConfig config;
    config.set_engine("pocketsphinx");
    config.set_decoder_path(CALLIMPORT_MEDIA_DECODER);
    config.set_threads(2);
    return MakeTranscriber(config).value();
  }();
  return *engine;
}

const AudioDecoder& Decoder() {
  static const AudioDecoder decoder(CALLIMPORT_MEDIA_DECODER, std::chrono::seconds(60));
  return decoder;
}

absl::StatusOr<std::string> DecodeAll(const std::string& path) {
  auto sound = Decoder().Decode(path, Never);
  if (!sound.ok()) return sound.status();
  std::vector<int16_t> samples(16000 * 60);
  const absl::StatusOr<size_t> count = (*sound)->Read(samples);
  if (!count.ok()) return count.status();
  std::string pcm(*count * 2, '\0');
  std::memcpy(pcm.data(), samples.data(), pcm.size());
  return pcm;
}

absl::Status StatusOfDecoding(const std::string& bytes) {
  return DecodeAll(TemporaryFile(bytes).path()).status();
}

// Where a word was heard, in ms; -1 when it was not.
int HeardAt(const common::v1::Transcript& transcript, const std::string& text) {
  for (const common::v1::Segment& segment : transcript.segments()) {
    for (const common::v1::Word& word : segment.words()) {
      if (word.text() == text) return word.start_ms();
    }
  }
  return -1;
}

void ExpectWhatWasSaid(const common::v1::Transcript& transcript, int after_ms = 0) {
  // The truth, from the recording before it was encoded.
  const std::pair<const char*, int> kSaid[] = {
      {"enterprise", 1680}, {"proposal", 3700}, {"encryption", 5170}};
  for (const auto& [word, start_ms] : kSaid) {
    EXPECT_NEAR(HeardAt(transcript, word), after_ms + start_ms, 500) << word;
  }
}

class EveryFormat : public ::testing::TestWithParam<const char*> {};

TEST_P(EveryFormat, IsDecodedAndUnderstood) {
  const auto transcript = Engine().Transcribe(SamplePath(GetParam()), Never);

  ASSERT_THAT(transcript, IsOk());
  EXPECT_EQ(transcript->engine(), "pocketsphinx");
  EXPECT_EQ(transcript->model(), "en-us");
  EXPECT_EQ(transcript->language(), "en");
  ExpectWhatWasSaid(*transcript);
}

INSTANTIATE_TEST_SUITE_P(Samples, EveryFormat,
                         ::testing::Values("speech.mp3", "speech.m4a", "speech.mp4", "speech.mov",
                                           "speech.webm", "video.webm", "speech.ogg"));

TEST(PocketSphinxTranscriber, UnderstandsWavAndKeepsTimesOverALongSilence) {
  const std::string speech = DecodeAll(SamplePath("speech.webm")).value();
  const std::string silence(30 * 32000, '\0');
  const TemporaryFile wav(WavOf(silence + speech));

  const auto transcript = Engine().Transcribe(wav.path(), Never);

  ASSERT_THAT(transcript, IsOk());
  ExpectWhatWasSaid(*transcript, 30'000);
}

TEST(PocketSphinxTranscriber, SaysTheSameAboutTheSameRecordingWhateverCameBetween) {
  const auto first = Engine().Transcribe(SamplePath("speech.mp3"), Never);
  ASSERT_THAT(Engine().Transcribe(SamplePath("hello.wav"), Never), IsOk());
  const auto second = Engine().Transcribe(SamplePath("speech.mp3"), Never);

  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(first->SerializeAsString(), second->SerializeAsString());
}

TEST(PocketSphinxTranscriber, GivesWordsInOrderWithinTheirSegments) {
  const auto transcript = Engine().Transcribe(SamplePath("speech.webm"), Never);

  ASSERT_THAT(transcript, IsOk());
  int at = 0;
  for (const common::v1::Segment& segment : transcript->segments()) {
    EXPECT_EQ(segment.start_ms(), segment.words(0).start_ms());
    EXPECT_EQ(segment.end_ms(), segment.words().rbegin()->end_ms());
    for (const common::v1::Word& word : segment.words()) {
      EXPECT_THAT(word.text(), ::testing::Not(::testing::AnyOf(::testing::HasSubstr("("),
                                                               ::testing::HasSubstr("<"))));
      EXPECT_GE(word.start_ms(), at);
      EXPECT_GT(word.end_ms(), word.start_ms());
      EXPECT_GE(word.confidence(), 0);
      EXPECT_LE(word.confidence(), 1);
      at = word.end_ms();
    }
  }
}

TEST(PocketSphinxTranscriber, HasNothingToSayAboutSilence) {
  const auto transcript =
      Engine().Transcribe(TemporaryFile(WavOf(std::string(320'000, '\0'))).path(), Never);

  ASSERT_THAT(transcript, IsOk());
  EXPECT_EQ(transcript->segments_size(), 0);
}

TEST(PocketSphinxTranscriber, StopsWhenCancelled) {
  EXPECT_THAT(Engine().Transcribe(SamplePath("speech.mp3"), [] { return true; }),
              HasCode(absl::StatusCode::kCancelled));
}

TEST(PocketSphinxTranscriber, ServesMoreCallersThanItHasDecoders) {
  const auto alone = Engine().Transcribe(SamplePath("speech.ogg"), Never);
  ASSERT_THAT(alone, IsOk());
  std::atomic<int> same = 0;
  std::vector<std::jthread> callers;

  for (int i = 0; i < 5; ++i) {
    callers.emplace_back([&] {
      const auto transcript = Engine().Transcribe(SamplePath("speech.ogg"), Never);
      same += transcript.ok() && transcript->SerializeAsString() == alone->SerializeAsString();
    });
  }
  callers.clear();

  EXPECT_EQ(same, 5);
}

TEST(AudioDecoder, RefusesWhatCannotBeDecoded) {
  const std::string junk = "OggS" + std::string(5000, '\x5A');
  EXPECT_THAT(StatusOfDecoding(""), HasReason("NOT_MEDIA"));
  EXPECT_THAT(StatusOfDecoding("<html><body>Sign in</body></html>"), HasReason("NOT_MEDIA"));
  EXPECT_THAT(StatusOfDecoding(junk), HasReason("NOT_MEDIA"));
  EXPECT_THAT(StatusOfDecoding(WavOf("")), HasReason("EMPTY_RECORDING"));
}

TEST(AudioDecoder, RefusesAPlaylistThatNamesOtherFiles) {
  EXPECT_THAT(StatusOfDecoding("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n/etc/passwd\n"),
              HasReason("NOT_MEDIA"));
}

TEST(AudioDecoder, NoticesThatARecordingEndsEarly) {
  for (const char* sample :
       {"speech.mp3", "speech.mp4", "speech.webm", "video.webm", "hello.wav", "hello.flac"}) {
    const std::string whole = ReadSample(sample);
    EXPECT_THAT(StatusOfDecoding(whole.substr(0, whole.size() * 3 / 4)),
                HasReason("RECORDING_TRUNCATED"))
        << sample;
  }
}

TEST(AudioDecoder, SurvivesDamagedRecordings) {
  std::minstd_rand random(11);
  for (const std::string& sample : SampleNames()) {
    for (int i = 0; i < 8; ++i) {
      std::string bytes = ReadSample(sample);
      for (int flips = 0; flips < 40; ++flips) {
        bytes[random() % bytes.size()] = static_cast<char>(random());
      }

      const absl::Status status = StatusOfDecoding(bytes);

      // Decoded as far as possible, or a clear verdict; no crash and no forbidden system call.
      EXPECT_TRUE(status.ok() || status.code() == absl::StatusCode::kInvalidArgument)
          << sample << ": " << status;
    }
  }
}

TEST(AudioDecoder, EndsADecoderThatHangs) {
  // Told to sleep a second, it reads no recording and writes no sound.
  const AudioDecoder hanging("/bin/sleep", std::chrono::milliseconds(300));
  const auto sound = hanging.Decode(SamplePath("speech.mp3"), Never);
  ASSERT_THAT(sound, IsOk());
  std::vector<int16_t> samples(16);

  EXPECT_THAT((*sound)->Read(samples), HasReason("DECODING_TOO_SLOW"));
}

TEST(AudioDecoder, SaysWhenItsProgramIsMissing) {
  const AudioDecoder missing("/nowhere/media-decoder", std::chrono::seconds(1));

  EXPECT_THAT(missing.Check(), HasReason("DECODER_MISSING"));
  EXPECT_THAT(missing.Decode(SamplePath("speech.mp3"), Never), HasReason("DECODER_FAILED"));
}

}  // namespace
}  // namespace callimport::media_pipeline
