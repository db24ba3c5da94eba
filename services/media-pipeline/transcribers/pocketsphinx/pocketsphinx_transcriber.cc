#include "services/media-pipeline/transcribers/pocketsphinx/pocketsphinx_transcriber.h"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "libs/common/status_macros.h"
#include "services/media-pipeline/transcribers/pocketsphinx/piece_cutter.h"
#include "services/media-pipeline/transcribers/pocketsphinx/segment_builder.h"

namespace callimport::media_pipeline {
namespace {

absl::Status AddPiece(SphinxDecoder& sphinx, const Piece& piece, SegmentBuilder& segments) {
  ASSIGN_OR_RETURN(std::vector<common::v1::Word> words, sphinx.Decode(piece.samples));
  const auto offset = static_cast<int32_t>(piece.start_ms);
  for (common::v1::Word& word : words) {
    word.set_start_ms(word.start_ms() + offset);
    word.set_end_ms(word.end_ms() + offset);
    segments.Add(std::move(word));
  }
  return absl::OkStatus();
}

absl::Status AddPieces(PcmSource& sound, SphinxDecoder& sphinx,
                       const std::function<bool()>& cancelled, SegmentBuilder& segments) {
  PieceCutter cutter(sound);
  while (true) {
    if (cancelled()) return absl::CancelledError("transcription was cancelled");
    ASSIGN_OR_RETURN(const std::optional<Piece> piece, cutter.Next());
    if (!piece) return absl::OkStatus();
    RETURN_IF_ERROR(AddPiece(sphinx, *piece, segments));
  }
}

}  // namespace

PocketSphinxTranscriber::PocketSphinxTranscriber(AudioDecoder decoder, SphinxModel model,
                                                 int threads)
    : decoder_(std::move(decoder)), pool_(std::move(model), threads) {}

absl::StatusOr<common::v1::Transcript> PocketSphinxTranscriber::Transcribe(
    const std::string& recording_path, const std::function<bool()>& cancelled) {
  ASSIGN_OR_RETURN(const DecoderPool::Loan sphinx, pool_.Borrow(cancelled));
  ASSIGN_OR_RETURN(const std::unique_ptr<PcmSource> sound,
                   decoder_.Decode(recording_path, cancelled));
  common::v1::Transcript transcript;
  transcript.set_engine(engine());
  transcript.set_model("en-us");
  transcript.set_language("en");
  SegmentBuilder segments(transcript);
  RETURN_IF_ERROR(AddPieces(*sound, *sphinx, cancelled, segments));
  return transcript;
}

}  // namespace callimport::media_pipeline
