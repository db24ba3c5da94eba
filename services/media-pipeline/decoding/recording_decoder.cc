#include "services/media-pipeline/decoding/recording_decoder.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <optional>

namespace callimport::media_pipeline {
namespace {

// Encoders round, and tracks of one recording rarely end together.
constexpr double kGraceSeconds = 1;
constexpr double kGraceShare = 0.02;
constexpr double kGraceOfShort = 0.2;
// Where the demultiplexer stumbled, less is forgiven.
constexpr double kGraceAfterError = 0.2;

bool EndsEarly(double missing, double announced, bool stumbled) {
  const double grace =
      stumbled ? kGraceAfterError : std::max(kGraceSeconds, announced * kGraceShare);
  return missing > std::min(grace, announced * kGraceOfShort);
}

}  // namespace

RecordingDecoder::RecordingDecoder(int recording, int pcm) : input_(recording), output_(pcm) {}

RecordingDecoder::~RecordingDecoder() {
  av_frame_free(&frame_);
  av_packet_free(&packet_);
  avcodec_free_context(&codec_);
}

DecoderExit RecordingDecoder::Run() {
  if (const DecoderExit opened = input_.Open(); opened != kDecoded) return opened;
  if (const DecoderExit opened = OpenCodec(); opened != kDecoded) return opened;

  int read_error = 0;
  while ((read_error = input_.Read(packet_)) >= 0) {
    const bool wanted = packet_->stream_index == input_.audio()->index;
    const bool fine = !wanted || DecodePacket(packet_);
    av_packet_unref(packet_);
    if (!fine) return kFailed;
  }
  if (!DecodePacket(nullptr)) return kFailed;
  if (!output_.Finish()) ++bad_packets_;
  if (output_.reader_is_gone()) return kFailed;
  return Verdict(read_error);
}

DecoderExit RecordingDecoder::OpenCodec() {
  const AVCodecParameters* parameters = input_.audio()->codecpar;
  const AVCodec* codec = avcodec_find_decoder(parameters->codec_id);
  if (codec == nullptr) return kUnsupported;

  packet_ = av_packet_alloc();
  frame_ = av_frame_alloc();
  codec_ = avcodec_alloc_context3(codec);
  if (packet_ == nullptr || frame_ == nullptr || codec_ == nullptr) return kFailed;
  if (avcodec_parameters_to_context(codec_, parameters) < 0) return kNotMedia;
  codec_->thread_count = 1;
  codec_->pkt_timebase = input_.audio()->time_base;
  return avcodec_open2(codec_, codec, nullptr) < 0 ? kUnsupported : kDecoded;
}

// False only when nobody reads any more: a damaged packet costs its own sound and no more.
bool RecordingDecoder::DecodePacket(const AVPacket* packet) {
  if (avcodec_send_packet(codec_, packet) < 0) ++bad_packets_;
  while (true) {
    const int received = avcodec_receive_frame(codec_, frame_);
    if (received < 0) return true;
    if (!WriteFrame(*frame_)) ++bad_packets_;
    av_frame_unref(frame_);
    if (output_.reader_is_gone()) return false;
  }
}

bool RecordingDecoder::WriteFrame(const AVFrame& frame) {
  const bool placed = frame.best_effort_timestamp != AV_NOPTS_VALUE;
  const double seconds = placed ? static_cast<double>(frame.best_effort_timestamp) *
                                          av_q2d(input_.audio()->time_base) -
                                      input_.start_seconds()
                                : -1;
  return output_.Write(frame, seconds);
}

DecoderExit RecordingDecoder::Verdict(int read_error) const {
  if (input_.disk_failed()) return kFailed;
  const bool stumbled = read_error != AVERROR_EOF;
  const std::optional<double> missing = input_.MissingSeconds();
  if (!missing && stumbled) return kTruncated;
  if (missing && EndsEarly(*missing, *input_.AnnouncedSeconds(), stumbled)) return kTruncated;
  if (output_.written_seconds() > 0) return kDecoded;
  return bad_packets_ > 0 ? kNotMedia : kEmpty;
}

void RecordingDecoder::Describe(int descriptor) const {
  const AVStream* audio = input_.audio();
  // Standard streams would ask the descriptor questions that are not allowed any more.
  char line[256];
  const int length = std::snprintf(
      line, sizeof line,
      "{\"codec\":\"%s\",\"sample_rate\":%d,\"channels\":%d,\"announced_seconds\":%.3f,"
      "\"decoded_seconds\":%.3f,\"damaged_packets\":%lld}\n",
      audio == nullptr ? "" : avcodec_get_name(audio->codecpar->codec_id),
      codec_ == nullptr ? 0 : codec_->sample_rate,
      codec_ == nullptr ? 0 : codec_->ch_layout.nb_channels, input_.AnnouncedSeconds().value_or(0),
      output_.written_seconds(), static_cast<long long>(bad_packets_));
  const size_t most = std::min(static_cast<size_t>(std::max(length, 0)), sizeof line - 1);
  // Nobody may be listening, and nothing depends on it.
  if (::write(descriptor, line, most) < 0) return;
}

}  // namespace callimport::media_pipeline
