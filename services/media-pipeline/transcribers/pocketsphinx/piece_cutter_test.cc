#include "services/media-pipeline/transcribers/pocketsphinx/piece_cutter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "libs/common/errors.h"
#include "libs/testing/status_matchers.h"

namespace callimport::media_pipeline {
namespace {

using callimport::testing::HasReason;
using callimport::testing::IsOk;

constexpr size_t kSecond = 16000;

class SoundInMemory final : public PcmSource {
 public:
  explicit SoundInMemory(std::vector<int16_t> samples, absl::Status end = absl::OkStatus())
      : samples_(std::move(samples)), end_(std::move(end)) {}

  absl::StatusOr<size_t> Read(std::span<int16_t> samples) override {
    const size_t count = std::min(samples.size(), samples_.size() - at_);
    std::copy_n(samples_.begin() + static_cast<ptrdiff_t>(at_), count, samples.begin());
    at_ += count;
    if (count < samples.size() && !end_.ok()) return end_;
    return count;
  }

 private:
  std::vector<int16_t> samples_;
  absl::Status end_;
  size_t at_ = 0;
};

// Appends a tone of this loudness.
void Append(std::vector<int16_t>& samples, double seconds, double loudness) {
  for (size_t i = 0; i < static_cast<size_t>(seconds * kSecond); ++i) {
    samples.push_back(static_cast<int16_t>(loudness * std::sin(static_cast<double>(i) * 0.2)));
  }
}

std::vector<Piece> CutAll(std::vector<int16_t> samples) {
  SoundInMemory sound(std::move(samples));
  PieceCutter cutter(sound);
  std::vector<Piece> pieces;
  while (true) {
    absl::StatusOr<std::optional<Piece>> piece = cutter.Next();
    EXPECT_THAT(piece, IsOk());
    if (!piece.ok() || !*piece) return pieces;
    pieces.push_back(**std::move(piece));
  }
}

double EndSeconds(const Piece& piece) {
  return static_cast<double>(piece.start_ms) / 1000 +
         static_cast<double>(piece.samples.size()) / kSecond;
}

TEST(PieceCutter, KeepsAShortRecordingWhole) {
  std::vector<int16_t> samples;
  Append(samples, 9, 8000);

  const std::vector<Piece> pieces = CutAll(samples);

  ASSERT_EQ(pieces.size(), 1);
  EXPECT_EQ(pieces[0].start_ms, 0);
  EXPECT_EQ(pieces[0].samples, samples);
}

TEST(PieceCutter, FindsNothingInSilence) {
  EXPECT_TRUE(CutAll({}).empty());
  EXPECT_TRUE(CutAll(std::vector<int16_t>(90 * kSecond, 0)).empty());
  EXPECT_TRUE(CutAll(std::vector<int16_t>(90 * kSecond, 3)).empty());
}

TEST(PieceCutter, CutsInThePause) {
  std::vector<int16_t> samples;
  Append(samples, 11, 8000);
  Append(samples, 0.5, 40);
  Append(samples, 20, 8000);

  const std::vector<Piece> pieces = CutAll(samples);

  ASSERT_GE(pieces.size(), 2);
  EXPECT_NEAR(EndSeconds(pieces[0]), 11.3, 0.3);
  EXPECT_NEAR(static_cast<double>(pieces[1].start_ms), 11'250, 260);
}

TEST(PieceCutter, LeavesOutLongSilenceAndKeepsTheTime) {
  std::vector<int16_t> samples;
  Append(samples, 6, 8000);
  Append(samples, 70, 0);
  Append(samples, 6, 8000);

  const std::vector<Piece> pieces = CutAll(samples);

  ASSERT_EQ(pieces.size(), 2);
  EXPECT_NEAR(EndSeconds(pieces[0]), 6.3, 0.05);
  EXPECT_NEAR(static_cast<double>(pieces[1].start_ms), 75'700, 50);
  EXPECT_NEAR(EndSeconds(pieces[1]), 82, 0.01);
}

TEST(PieceCutter, NeverExceedsTwentySecondsAndLosesNothing) {
  std::vector<int16_t> samples;
  Append(samples, 95, 8000);

  const std::vector<Piece> pieces = CutAll(samples);

  size_t total = 0;
  for (const Piece& piece : pieces) {
    EXPECT_LE(piece.samples.size(), 20 * kSecond);
    EXPECT_EQ(piece.start_ms, static_cast<int64_t>(total / 16));
    total += piece.samples.size();
  }
  EXPECT_EQ(total, samples.size());
}

TEST(PieceCutter, HearsQuietSpeech) {
  std::vector<int16_t> samples;
  Append(samples, 3, 0);
  Append(samples, 2, 150);

  const std::vector<Piece> pieces = CutAll(samples);

  ASSERT_EQ(pieces.size(), 1);
  EXPECT_NEAR(static_cast<double>(pieces[0].start_ms), 2700, 20);
}

TEST(PieceCutter, PassesOnThatTheRecordingIsNotWhole) {
  SoundInMemory sound(std::vector<int16_t>(kSecond, 8000),
                      Error(absl::StatusCode::kInvalidArgument, "RECORDING_TRUNCATED", "cut"));

  EXPECT_THAT(PieceCutter(sound).Next(), HasReason("RECORDING_TRUNCATED"));
}

}  // namespace
}  // namespace callimport::media_pipeline
