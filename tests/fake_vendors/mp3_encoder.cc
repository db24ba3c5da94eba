#include "tests/fake_vendors/mp3_encoder.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/channel_layout.h>
#include <libavutil/log.h>
}

#include <algorithm>
#include <memory>

namespace callimport::fake_vendors {
namespace {

constexpr int64_t kBitRate = 48'000;

struct Free {
  void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};

std::unique_ptr<AVCodecContext, Free> OpenEncoder() {
  av_log_set_level(AV_LOG_QUIET);
  const AVCodec* const codec = avcodec_find_encoder_by_name("libmp3lame");
  if (codec == nullptr) return nullptr;
  std::unique_ptr<AVCodecContext, Free> encoder(avcodec_alloc_context3(codec));
  encoder->bit_rate = kBitRate;
  encoder->sample_rate = kSampleRate;
  encoder->sample_fmt = AV_SAMPLE_FMT_S16P;
  av_channel_layout_default(&encoder->ch_layout, 1);
  if (avcodec_open2(encoder.get(), codec, nullptr) < 0) return nullptr;
  return encoder;
}

// Frames of an MP3 need no container: one after the other they are the file.
void TakePackets(AVCodecContext& encoder, std::string& mp3) {
  const std::unique_ptr<AVPacket, Free> packet(av_packet_alloc());
  while (avcodec_receive_packet(&encoder, packet.get()) == 0) {
    mp3.append(reinterpret_cast<const char*>(packet->data), static_cast<size_t>(packet->size));
    av_packet_unref(packet.get());
  }
}

std::unique_ptr<AVFrame, Free> FrameOf(const AVCodecContext& encoder, const int16_t* samples,
                                       int count) {
  std::unique_ptr<AVFrame, Free> frame(av_frame_alloc());
  frame->nb_samples = count;
  frame->format = encoder.sample_fmt;
  frame->sample_rate = encoder.sample_rate;
  av_channel_layout_copy(&frame->ch_layout, &encoder.ch_layout);
  if (av_frame_get_buffer(frame.get(), 0) < 0) return nullptr;
  std::copy_n(samples, count, reinterpret_cast<int16_t*>(frame->data[0]));
  return frame;
}

}  // namespace

std::string EncodeMp3(const Samples& samples) {
  const auto encoder = OpenEncoder();
  if (!encoder) return {};
  std::string mp3;
  int64_t time = 0;
  for (size_t begin = 0; begin < samples.size();) {
    const size_t count = std::min(samples.size() - begin, static_cast<size_t>(encoder->frame_size));
    const auto frame = FrameOf(*encoder, &samples[begin], static_cast<int>(count));
    if (!frame) return {};
    frame->pts = time;
    avcodec_send_frame(encoder.get(), frame.get());
    TakePackets(*encoder, mp3);
    begin += count;
    time += static_cast<int64_t>(count);
  }
  avcodec_send_frame(encoder.get(), nullptr);
  TakePackets(*encoder, mp3);
  return mp3;
}

}  // namespace callimport::fake_vendors
