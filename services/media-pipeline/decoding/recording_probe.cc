#include "services/media-pipeline/decoding/recording_probe.h"

#include <array>
#include <memory>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "services/media-pipeline/decoding/container_formats.h"
#include "services/media-pipeline/decoding/file_byte_source.h"
#include "services/media-pipeline/decoding/refusals.h"
#include "services/media-pipeline/decoding/refused_contents.h"

namespace callimport::media_pipeline {
namespace {

struct ContainerFormat {
  bool (*recognises)(std::string_view head);
  absl::StatusOr<RecordingFacts> (*probe)(ByteSource& bytes);
};

// With a signature.
constexpr std::array kSignedFormats = {
    ContainerFormat{IsWav, ProbeWav}, ContainerFormat{IsMp4, ProbeMp4},
    ContainerFormat{IsWebm, ProbeWebm}, ContainerFormat{IsOgg, ProbeOgg},
    ContainerFormat{IsFlac, ProbeFlac}};

// Without one: asked once everything else is ruled out.
constexpr ContainerFormat kMp3{IsMp3, ProbeMp3};

const ContainerFormat* FindSigned(std::string_view head) {
  for (const ContainerFormat& format : kSignedFormats) {
    if (format.recognises(head)) return &format;
  }
  return nullptr;
}

absl::Status NothingKnown() { return NotMedia("something of no known format"); }

}  // namespace

absl::StatusOr<RecordingFacts> ProbeRecording(ByteSource& bytes) {
  if (bytes.size() == 0) return EmptyRecording();

  const std::string head = bytes.Read(0, kHeadBytes);
  if (const ContainerFormat* format = FindSigned(head)) return format->probe(bytes);
  RETURN_IF_ERROR(RefuseKnownContent(head));
  if (kMp3.recognises(head)) return kMp3.probe(bytes);
  return NothingKnown();
}

absl::StatusOr<RecordingFacts> ProbeRecording(const std::string& path) {
  ASSIGN_OR_RETURN(const std::unique_ptr<FileByteSource> file, FileByteSource::Open(path));
  absl::StatusOr<RecordingFacts> facts = ProbeRecording(*file);
  if (!file->sound()) {
    return Error(absl::StatusCode::kUnavailable, "RECORDING_UNREADABLE",
                 "the stored recording cannot be read to its end");
  }
  return facts;
}

absl::Status SniffStart(std::string_view first_bytes) {
  const std::string_view head = first_bytes.substr(0, kHeadBytes);
  if (FindSigned(head) != nullptr) return absl::OkStatus();
  RETURN_IF_ERROR(RefuseKnownContent(head));
  const bool undecided = first_bytes.size() < kHeadBytes;
  return undecided || kMp3.recognises(head) ? absl::OkStatus() : NothingKnown();
}

}  // namespace callimport::media_pipeline
