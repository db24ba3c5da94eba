#include "services/media-pipeline/decoding/pcm_writer.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "services/media-pipeline/decoding/decoder_exit.h"

extern "C" {
#include <libavutil/channel_layout.h>
#include <libavutil/samplefmt.h>
}

namespace callimport::media_pipeline {
namespace {

// Rounding of timestamps is no gap; hours of nothing are no recording.
constexpr double kSmallestGap = 0.2;
constexpr double kLargestGap = 3600;
// Beyond these the converter gives up with its whole process.
constexpr int kLowestRate = 1000;
constexpr int kHighestRate = 768'000;
// A day of sound: what follows is dropped rather than written for ever.
constexpr int64_t kMostSamples = int64_t{kPcmRate} * 24 * 3600;

bool WriteAll(int descriptor, const char* bytes, size_t count) {
  while (count > 0) {
    const ssize_t put = ::write(descriptor, bytes, count);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    bytes += put;
    count -= static_cast<size_t>(put);
  }
  return true;
}

}  // namespace

PcmWriter::~PcmWriter() {
  swr_free(&converter_);
  av_channel_layout_uninit(&layout_);
}

bool PcmWriter::Write(const AVFrame& frame, double seconds) {
  if (frame.nb_samples <= 0) return true;
  if (!Adapt(frame) || !FillGap(seconds)) return false;
  return Convert(const_cast<const uint8_t**>(frame.extended_data), frame.nb_samples);
}

bool PcmWriter::Finish() {
  return converter_ == nullptr || swr_is_initialized(converter_) == 0 || Convert(nullptr, 0);
}

double PcmWriter::written_seconds() const { return static_cast<double>(written_) / kPcmRate; }

// A stream may change its shape midway.
bool PcmWriter::Adapt(const AVFrame& frame) {
  const bool same = converter_ != nullptr && rate_ == frame.sample_rate &&
                    format_ == frame.format &&
                    av_channel_layout_compare(&layout_, &frame.ch_layout) == 0;
  if (same) return true;
  const bool plausible = frame.sample_rate >= kLowestRate && frame.sample_rate <= kHighestRate &&
                         frame.ch_layout.nb_channels > 0;
  if (!Finish() || !plausible) return false;

  swr_free(&converter_);
  rate_ = frame.sample_rate;
  format_ = frame.format;
  if (av_channel_layout_copy(&layout_, &frame.ch_layout) < 0) return false;
  AVChannelLayout mono{};
  av_channel_layout_default(&mono, 1);
  AVChannelLayout from{};
  if (layout_.order == AV_CHANNEL_ORDER_UNSPEC) {
    av_channel_layout_default(&from, layout_.nb_channels);
  } else if (av_channel_layout_copy(&from, &layout_) < 0) {
    return false;
  }
  const int error = swr_alloc_set_opts2(&converter_, &mono, AV_SAMPLE_FMT_S16, kPcmRate, &from,
                                        static_cast<AVSampleFormat>(format_), rate_, 0, nullptr);
  av_channel_layout_uninit(&from);
  return error >= 0 && swr_init(converter_) >= 0;
}

// Words keep their time only if silence that was never recorded is put back.
bool PcmWriter::FillGap(double seconds) {
  const double gap = seconds - written_seconds();
  if (gap < kSmallestGap || gap > kLargestGap) return true;

  const std::vector<int16_t> second(kPcmRate, 0);
  auto missing = static_cast<int64_t>(gap * kPcmRate);
  while (missing > 0) {
    const int64_t some = std::min<int64_t>(missing, kPcmRate);
    if (!Put(second.data(), some)) return false;
    missing -= some;
  }
  return true;
}

bool PcmWriter::Convert(const uint8_t** samples, int count) {
  const int room = swr_get_out_samples(converter_, count);
  if (room < 0) return false;
  converted_.resize(static_cast<size_t>(room) + 1);
  auto* out = reinterpret_cast<uint8_t*>(converted_.data());
  const int made = swr_convert(converter_, &out, room, samples, count);
  return made >= 0 && Put(converted_.data(), made);
}

bool PcmWriter::Put(const int16_t* samples, int64_t count) {
  count = std::min(count, kMostSamples - written_);
  written_ += count;
  reader_is_gone_ |= !WriteAll(descriptor_, reinterpret_cast<const char*>(samples),
                               static_cast<size_t>(count) * sizeof(int16_t));
  return !reader_is_gone_;
}

}  // namespace callimport::media_pipeline
