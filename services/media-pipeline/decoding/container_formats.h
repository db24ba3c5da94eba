// The containers that can be imported. One file for each; recording_probe.cc lists them.
//
// Is…: whether a recording that begins with `head` is of this kind. Probe…: its facts, or why it
// is refused; called only when Is… said yes, and bounded in what it reads.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "services/media-pipeline/decoding/byte_source.h"
#include "services/media-pipeline/decoding/recording_facts.h"

namespace callimport::media_pipeline {

// How much of the beginning Is… wants to see when there is as much.
inline constexpr size_t kHeadBytes = 8192;

bool IsWav(std::string_view head);
absl::StatusOr<RecordingFacts> ProbeWav(ByteSource& bytes);

// MP4, M4A and MOV: one family, told apart by brand and tracks.
bool IsMp4(std::string_view head);
absl::StatusOr<RecordingFacts> ProbeMp4(ByteSource& bytes);

bool IsWebm(std::string_view head);
absl::StatusOr<RecordingFacts> ProbeWebm(ByteSource& bytes);

bool IsOgg(std::string_view head);
absl::StatusOr<RecordingFacts> ProbeOgg(ByteSource& bytes);

bool IsFlac(std::string_view head);
absl::StatusOr<RecordingFacts> ProbeFlac(ByteSource& bytes);

// Has no signature, only a rhythm: ask it last.
bool IsMp3(std::string_view head);
absl::StatusOr<RecordingFacts> ProbeMp3(ByteSource& bytes);

}  // namespace callimport::media_pipeline
