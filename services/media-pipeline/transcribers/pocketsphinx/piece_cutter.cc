#include "services/media-pipeline/transcribers/pocketsphinx/piece_cutter.h"

#include <algorithm>
#include <span>

#include "libs/common/status_macros.h"
#include "services/media-pipeline/transcribers/pocketsphinx/sound_level.h"

namespace callimport::media_pipeline {
namespace {

constexpr size_t kFramesPerSecond = 100;
constexpr size_t kShortest = 5 * kFramesPerSecond;
constexpr size_t kLongest = 15 * kFramesPerSecond;
// For people who do not pause.
constexpr size_t kHardLimit = 20 * kFramesPerSecond;
// A tenth of the loudest syllable is a pause between words.
constexpr double kPauseShare = 0.1;

size_t ChooseCut(std::span<const int16_t> samples) {
  const SoundLevels levels(samples);
  SoundLevels::Moment cut = levels.Quietest(kShortest, kLongest);
  if (cut.level > levels.loudest() * kPauseShare) cut = levels.Quietest(kShortest, kHardLimit);
  return std::min(cut.frame * kFrameSamples, samples.size());
}

// The part of a piece in which something can be heard: engines invent words for silence.
std::optional<Piece> Trimmed(Piece piece) {
  const std::optional<SoundLevels::Span> sound = SoundLevels(piece.samples).Sound();
  if (!sound) return std::nullopt;
  const size_t end = std::min(sound->to * kFrameSamples, piece.samples.size());
  piece.samples.resize(end);
  piece.samples.erase(piece.samples.begin(),
                      piece.samples.begin() + static_cast<ptrdiff_t>(sound->from * kFrameSamples));
  piece.start_ms += static_cast<int64_t>(sound->from) * 10;
  return piece;
}

}  // namespace

absl::StatusOr<std::optional<Piece>> PieceCutter::Next() {
  while (true) {
    RETURN_IF_ERROR(Fill());
    if (waiting_.empty()) return std::nullopt;
    const bool rest = at_end_ && waiting_.size() <= kLongest * kFrameSamples;
    std::optional<Piece> piece = Trimmed(Take(rest ? waiting_.size() : ChooseCut(waiting_)));
    if (piece) return piece;
  }
}

absl::Status PieceCutter::Fill() {
  const size_t had = waiting_.size();
  const size_t room = kHardLimit * kFrameSamples - had;
  if (at_end_ || room == 0) return absl::OkStatus();

  waiting_.resize(had + room);
  ASSIGN_OR_RETURN(const size_t got, source_.Read(std::span(waiting_).subspan(had)));
  waiting_.resize(had + got);
  at_end_ = got < room;
  return absl::OkStatus();
}

Piece PieceCutter::Take(size_t samples) {
  const auto end = waiting_.begin() + static_cast<ptrdiff_t>(samples);
  Piece piece{taken_ / static_cast<int64_t>(kSamplesPerMillisecond), {waiting_.begin(), end}};
  waiting_.erase(waiting_.begin(), end);
  taken_ += static_cast<int64_t>(samples);
  return piece;
}

}  // namespace callimport::media_pipeline
