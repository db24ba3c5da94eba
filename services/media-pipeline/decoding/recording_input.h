// A recording opened for demultiplexing. Part of media-decoder only.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "services/media-pipeline/decoding/decoder_exit.h"

extern "C" {
#include <libavformat/avformat.h>
}

namespace callimport::media_pipeline {

class RecordingInput {
 public:
  // Reads from the seekable `descriptor`, whose owner stays the caller.
  explicit RecordingInput(int descriptor);
  ~RecordingInput();
  RecordingInput(const RecordingInput&) = delete;
  RecordingInput& operator=(const RecordingInput&) = delete;

  // kDecoded, or why it cannot be demultiplexed.
  DecoderExit Open();

  // The sound track that players would choose; null when there is none.
  const AVStream* audio() const { return audio_; }

  // The next packet, of any track whose end matters; 0, or FFmpeg's error (AVERROR_EOF).
  int Read(AVPacket* packet);

  // How much of the announced duration is missing after the packets read so far.
  std::optional<double> MissingSeconds() const;
  std::optional<double> AnnouncedSeconds() const { return announced_; }

  // The disk's fault, not the recording's.
  bool disk_failed() const { return disk_.failed; }

  // When the recording as a whole begins, in its own timestamps.
  double start_seconds() const { return start_; }

 private:
  DecoderExit OpenContainer();
  void ChooseTracks();
  void NoteEnd(const AVPacket& packet);

  // What FFmpeg reads from.
  struct Disk {
    int descriptor;
    bool failed = false;
  };
  static int ReadBytes(void* disk, uint8_t* buffer, int size);
  static int64_t Seek(void* disk, int64_t offset, int whence);

  Disk disk_;
  AVIOContext* reader_ = nullptr;
  AVFormatContext* container_ = nullptr;
  const AVStream* audio_ = nullptr;
  double start_ = 0;
  double end_ = 0;
  std::optional<double> announced_;
};

}  // namespace callimport::media_pipeline
