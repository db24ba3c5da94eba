#include "services/media-pipeline/decoding/recording_input.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

extern "C" {
#include <libavutil/dict.h>
}

namespace callimport::media_pipeline {
namespace {

constexpr int kReadBuffer = 64 * 1024;
constexpr int kMostTracks = 32;
// No playlists: they name other files.
constexpr char kFormats[] = "mp3,wav,mov,ogg,flac,matroska,webm";

std::optional<double> Seconds(int64_t time, AVRational base) {
  if (time == AV_NOPTS_VALUE || time <= 0) return std::nullopt;
  return static_cast<double>(time) * av_q2d(base);
}

// The default sound track, else the first. (FFmpeg's own choice wants packets to be read before.)
const AVStream* FirstSound(const AVFormatContext& container) {
  const AVStream* first = nullptr;
  for (unsigned i = 0; i < container.nb_streams; ++i) {
    const AVStream* stream = container.streams[i];
    if (stream->codecpar->codec_type != AVMEDIA_TYPE_AUDIO) continue;
    if ((stream->disposition & AV_DISPOSITION_DEFAULT) != 0) return stream;
    if (first == nullptr) first = stream;
  }
  return first;
}

}  // namespace

RecordingInput::RecordingInput(int descriptor) : disk_{descriptor} {}

RecordingInput::~RecordingInput() {
  avformat_close_input(&container_);
  if (reader_ != nullptr) av_freep(&reader_->buffer);
  avio_context_free(&reader_);
}

int RecordingInput::ReadBytes(void* disk, uint8_t* buffer, int size) {
  auto& from = *static_cast<Disk*>(disk);
  ssize_t got = 0;
  do {
    got = ::read(from.descriptor, buffer, static_cast<size_t>(size));
  } while (got < 0 && errno == EINTR);
  from.failed |= got < 0;
  if (got < 0) return AVERROR(errno);
  return got == 0 ? AVERROR_EOF : static_cast<int>(got);
}

int64_t RecordingInput::Seek(void* disk, int64_t offset, int whence) {
  const int descriptor = static_cast<Disk*>(disk)->descriptor;
  if ((whence & AVSEEK_SIZE) != 0) {
    struct stat status{};
    return ::fstat(descriptor, &status) == 0 ? status.st_size : AVERROR(errno);
  }
  const off_t at = ::lseek(descriptor, offset, whence & ~AVSEEK_FORCE);
  return at < 0 ? AVERROR(errno) : at;
}

DecoderExit RecordingInput::Open() {
  auto* buffer = static_cast<unsigned char*>(av_malloc(kReadBuffer));
  reader_ = avio_alloc_context(buffer, kReadBuffer, 0, &disk_, ReadBytes, nullptr, Seek);
  container_ = avformat_alloc_context();
  if (buffer == nullptr || reader_ == nullptr || container_ == nullptr) return kFailed;

  container_->pb = reader_;
  container_->flags |= AVFMT_FLAG_CUSTOM_IO;
  container_->max_streams = kMostTracks;
  return OpenContainer();
}

DecoderExit RecordingInput::OpenContainer() {
  AVDictionary* options = nullptr;
  av_dict_set(&options, "format_whitelist", kFormats, 0);
  const int error = avformat_open_input(&container_, nullptr, nullptr, &options);
  av_dict_free(&options);
  // Want of memory is the recording's fault too: it asked for more than any recording needs.
  if (error < 0) return disk_.failed ? kFailed : kNotMedia;

  // The headers suffice. Looking further would decode pictures, which nobody needs here.
  ChooseTracks();
  return audio_ == nullptr ? kNoAudio : kDecoded;
}

void RecordingInput::ChooseTracks() {
  audio_ = FirstSound(*container_);
  if (audio_ == nullptr) return;
  announced_ = Seconds(audio_->duration, audio_->time_base);
  // Where only the whole tells its duration, every track may be the one that fills it.
  const bool own_duration = announced_.has_value();
  if (!own_duration) announced_ = Seconds(container_->duration, AV_TIME_BASE_Q);
  start_ = Seconds(container_->start_time, AV_TIME_BASE_Q).value_or(0);
  for (unsigned i = 0; i < container_->nb_streams; ++i) {
    AVStream* stream = container_->streams[i];
    if (stream != audio_ && own_duration) stream->discard = AVDISCARD_ALL;
  }
}

int RecordingInput::Read(AVPacket* packet) {
  const int result = av_read_frame(container_, packet);
  if (result >= 0) NoteEnd(*packet);
  return result;
}

void RecordingInput::NoteEnd(const AVPacket& packet) {
  const int64_t begin = packet.pts != AV_NOPTS_VALUE ? packet.pts : packet.dts;
  if (begin == AV_NOPTS_VALUE) return;
  const AVStream* stream = container_->streams[packet.stream_index];
  end_ = std::max(end_, static_cast<double>(begin + packet.duration) * av_q2d(stream->time_base));
}

std::optional<double> RecordingInput::MissingSeconds() const {
  if (!announced_) return std::nullopt;
  return *announced_ - (end_ - start_);
}

}  // namespace callimport::media_pipeline
