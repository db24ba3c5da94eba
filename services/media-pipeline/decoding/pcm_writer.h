// Brings decoded sound to one channel of 16 kHz, in its place on the time line, and writes it out.
// Part of media-decoder only.
#pragma once

#include <cstdint>
#include <vector>

extern "C" {
#include <libavutil/frame.h>
#include <libswresample/swresample.h>
}

namespace callimport::media_pipeline {

class PcmWriter {
 public:
  explicit PcmWriter(int descriptor) : descriptor_(descriptor) {}
  ~PcmWriter();
  PcmWriter(const PcmWriter&) = delete;
  PcmWriter& operator=(const PcmWriter&) = delete;

  // `seconds`: where the recording's time line wants this frame, negative when it does not say.
  // False when the frame cannot be converted or written.
  bool Write(const AVFrame& frame, double seconds);
  bool Finish();

  bool reader_is_gone() const { return reader_is_gone_; }
  double written_seconds() const;

 private:
  bool Adapt(const AVFrame& frame);
  bool FillGap(double seconds);
  bool Convert(const uint8_t** samples, int count);
  bool Put(const int16_t* samples, int64_t count);

  int descriptor_;
  SwrContext* converter_ = nullptr;
  AVChannelLayout layout_{};
  int rate_ = 0;
  int format_ = -1;
  std::vector<int16_t> converted_;
  int64_t written_ = 0;
  bool reader_is_gone_ = false;
};

}  // namespace callimport::media_pipeline
