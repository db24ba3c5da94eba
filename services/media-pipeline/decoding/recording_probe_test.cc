#include "services/media-pipeline/decoding/recording_probe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "libs/testing/status_matchers.h"
#include "services/media-pipeline/decoding/samples_fixture.h"

namespace callimport::media_pipeline {
namespace {

using callimport::testing::HasCode;
using callimport::testing::HasReason;
using callimport::testing::IsOk;

absl::StatusOr<RecordingFacts> ProbeBytes(const std::string& bytes) {
  MemoryBytes source(bytes);
  return ProbeRecording(source);
}

struct Expected {
  const char* sample;
  const char* content_type;
  int64_t milliseconds;
};

class ProbeEverySample : public ::testing::TestWithParam<Expected> {};

TEST_P(ProbeEverySample, TellsContentTypeAndDuration) {
  const auto facts = ProbeRecording(SamplePath(GetParam().sample));

  ASSERT_THAT(facts, IsOk());
  EXPECT_EQ(facts->content_type, GetParam().content_type);
  ASSERT_TRUE(facts->duration.has_value());
  EXPECT_NEAR(static_cast<double>(facts->duration->count()),
              static_cast<double>(GetParam().milliseconds), 100);
}

INSTANTIATE_TEST_SUITE_P(Samples, ProbeEverySample,
                         ::testing::Values(Expected{"speech.mp3", "audio/mpeg", 6192},
                                           Expected{"speech.m4a", "audio/mp4", 6100},
                                           Expected{"speech.mp4", "video/mp4", 6100},
                                           Expected{"speech.mov", "video/quicktime", 6100},
                                           Expected{"speech.webm", "audio/webm", 6108},
                                           Expected{"video.webm", "video/webm", 6108},
                                           Expected{"speech.ogg", "audio/ogg", 6100},
                                           Expected{"hello.wav", "audio/wav", 1000},
                                           Expected{"hello.flac", "audio/flac", 800}));

TEST(RecordingProbe, SaysThatAMissingFileMayComeBack) {
  EXPECT_THAT(ProbeRecording("/nowhere/recording"), HasCode(absl::StatusCode::kUnavailable));
}

TEST(RecordingProbe, RefusesAnEmptyRecording) {
  EXPECT_THAT(ProbeRecording(TemporaryFile("").path()), HasReason("EMPTY_RECORDING"));
  EXPECT_THAT(ProbeBytes(WavOf("")), HasReason("EMPTY_RECORDING"));
}

TEST(RecordingProbe, RefusesPagesDocumentsAndPrograms) {
  const std::string binary("\x00\x01\x02\x03\x04", 5);
  for (const std::string& content :
       {std::string("<!DOCTYPE html><html><body>Sign in</body></html>"),
        std::string("\xEF\xBB\xBF  <html lang=\"en\"><head></head></html>"),
        std::string("{\"error\": \"recording not found\", \"code\": 404}"),
        std::string("<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>"),
        std::string("The recording you asked for has expired.\r\n"), std::string("no"),
        std::string("#EXTM3U\n#EXTINF:10,\nhttp://example.com/part.ts\n"),
        "\x7F"
        "ELF" +
            binary,
        "PK\x03\x04" + binary, "%PDF-1.7\n" + binary, std::string(4096, '\0'), binary}) {
    EXPECT_THAT(ProbeBytes(content), HasReason("NOT_MEDIA")) << content.substr(0, 30);
  }
}

TEST(RecordingProbe, SaysWhatAPageIs) {
  EXPECT_THAT(
      std::string(ProbeBytes("<html><body>Please sign in</body></html>").status().message()),
      ::testing::HasSubstr("an HTML page"));
  EXPECT_THAT(std::string(ProbeBytes("{\"error\": \"not found\"}").status().message()),
              ::testing::HasSubstr("a JSON document"));
}

TEST(RecordingProbe, NamesMediaOfOtherKinds) {
  const std::string rest(600, '\1');
  for (const std::string& content :
       {"RIFF\x10\x10\x10\x10"
        "AVI LIST" +
            rest,
        "\x30\x26\xB2\x75\x8E\x66\xCF\x11" + rest, "FLV\x01" + rest, "#!AMR\n" + rest,
        "FORM\1\1\1\1AIFF" + rest, "\x1A\x45\xDF\xA3\x93\x42\x82\x88matroska" + rest}) {
    EXPECT_THAT(ProbeBytes(content), HasReason("UNSUPPORTED_FORMAT")) << content.substr(0, 12);
  }
}

class ProbeCutSample : public ::testing::TestWithParam<const char*> {};

// Each of these containers says how long it is.
TEST_P(ProbeCutSample, NoticesThatTheRestIsMissing) {
  const std::string whole = ReadSample(GetParam());
  for (const size_t kept : {whole.size() / 2, whole.size() * 3 / 4, whole.size() - 2000}) {
    EXPECT_THAT(ProbeBytes(whole.substr(0, kept)), HasReason("RECORDING_TRUNCATED")) << kept;
  }
}

INSTANTIATE_TEST_SUITE_P(Samples, ProbeCutSample,
                         ::testing::Values("speech.mp3", "speech.m4a", "speech.mp4", "speech.mov",
                                           "speech.webm", "video.webm", "hello.wav"));

TEST(RecordingProbe, NoticesAHalfOggOrFlac) {
  // Both may end anywhere between two of their pieces, and only a piece cut through shows.
  const std::string ogg = ReadSample("speech.ogg");
  const std::string flac = ReadSample("hello.flac");

  EXPECT_THAT(ProbeBytes(ogg.substr(0, ogg.size() - 100)), HasReason("RECORDING_TRUNCATED"));
  EXPECT_THAT(ProbeBytes(flac.substr(0, 60)), HasReason("RECORDING_TRUNCATED"));
}

TEST(RecordingProbe, AcceptsAWavWhoseWriterCouldNotSeekBack) {
  std::string wav = WavOf(std::string(32000, '\1'));
  for (size_t at = 40; at < 44; ++at) wav[at] = '\xFF';

  const auto facts = ProbeBytes(wav);

  ASSERT_THAT(facts, IsOk());
  EXPECT_EQ(facts->duration, std::chrono::milliseconds(1000));
}

TEST(RecordingProbe, FindsAnMp3BehindATagAndBehindTheRestOfAFrame) {
  const std::string mp3 = ReadSample("speech.mp3");
  const std::string tag("ID3\x04\x00\x00\x00\x00\x02\x00", 10);

  EXPECT_THAT(ProbeBytes(tag + std::string(256, '\0') + mp3.substr(mp3.find("\xFF\xF3"))), IsOk());
  EXPECT_THAT(ProbeBytes(std::string(300, '\x2A') + '\0' + mp3.substr(mp3.find("\xFF\xF3"))),
              IsOk());
  EXPECT_THAT(ProbeBytes(tag + std::string(300, 'x')), HasReason("NOT_MEDIA"));
}

TEST(RecordingProbe, ReadsLittleOfALargeRecording) {
  for (const std::string& sample : SampleNames()) {
    MemoryBytes bytes(ReadSample(sample) + std::string(1 << 20, '\0'));

    (void)ProbeRecording(bytes);

    EXPECT_LE(bytes.reads, 700) << sample;
    EXPECT_LE(bytes.bytes_read, 160 * 1024) << sample;
  }
}

// A thousand damaged recordings: flipped bits, cuts, swapped and repeated pieces.
std::string Damaged(std::string bytes, std::minstd_rand& random) {
  const auto below = [&](size_t limit) { return random() % std::max<size_t>(limit, 1); };
  for (size_t i = 0; i < 1 + below(20); ++i) {
    // Headers are where the parsers look.
    const size_t at = below(below(2) ? bytes.size() : std::min<size_t>(bytes.size(), 600));
    if (at < bytes.size()) bytes[at] = static_cast<char>(random());
  }
  if (below(3) == 0) bytes.resize(below(bytes.size()));
  if (below(3) == 0) bytes.insert(below(bytes.size()), bytes.substr(below(bytes.size()), 64));
  return bytes;
}

TEST(RecordingProbe, AnswersForWhateverBytes) {
  std::minstd_rand random(7);
  for (const std::string& sample : SampleNames()) {
    const std::string whole = ReadSample(sample);
    for (int i = 0; i < 300; ++i) {
      MemoryBytes bytes(Damaged(whole, random));

      const auto facts = ProbeRecording(bytes);

      EXPECT_TRUE(facts.ok() || facts.status().code() == absl::StatusCode::kInvalidArgument);
      EXPECT_LE(bytes.reads, 20'000);
    }
  }
}

TEST(RecordingProbe, TakesMicroseconds) {
  // 64 KiB of a call, as most tests and many vendors serve it.
  const TemporaryFile file(WavOf(std::string(64 * 1024, '\x11')));
  const auto start = std::chrono::steady_clock::now();

  for (int i = 0; i < 1000; ++i) ASSERT_THAT(ProbeRecording(file.path()), IsOk());

  // A wide margin over the 20 or so it takes, for busy machines.
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(500));
}

TEST(SniffStart, AcceptsTheBeginningOfEverySample) {
  for (const std::string& sample : SampleNames()) {
    const std::string whole = ReadSample(sample);
    for (const size_t length : {0, 1, 4, 12, 16, 64, 512, 4096, 65536}) {
      EXPECT_THAT(SniffStart(whole.substr(0, length)), IsOk()) << sample << " " << length;
    }
  }
}

TEST(SniffStart, RefusesAPageAtOnceAndNoiseOnceItIsSure) {
  std::minstd_rand random(3);
  std::string noise(8192, '\0');
  for (char& byte : noise) byte = static_cast<char>(random());

  EXPECT_THAT(SniffStart("<html><head><title>Sign in</title>"), HasReason("NOT_MEDIA"));
  EXPECT_THAT(SniffStart(std::string("#!AMR\n\x3C\x91\x17", 9)), HasReason("UNSUPPORTED_FORMAT"));
  EXPECT_THAT(SniffStart(noise.substr(0, 1000)), IsOk());
  EXPECT_THAT(SniffStart(noise), HasReason("NOT_MEDIA"));
}

}  // namespace
}  // namespace callimport::media_pipeline
