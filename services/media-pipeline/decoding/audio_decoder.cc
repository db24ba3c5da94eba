#include "services/media-pipeline/decoding/audio_decoder.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "services/media-pipeline/decoding/child_process.h"
#include "services/media-pipeline/decoding/decoder_exit.h"
#include "services/media-pipeline/decoding/refusals.h"

namespace callimport::media_pipeline {
namespace {

using Milliseconds = std::chrono::milliseconds;

// How often a waiting reader asks whether it is still wanted.
constexpr Milliseconds kAskEvery{200};

absl::Status Failed(const std::string& how) {
  return Error(absl::StatusCode::kUnavailable, "DECODER_FAILED", "the decoder " + how);
}

absl::Status TooSlow() {
  return Error(absl::StatusCode::kDeadlineExceeded, "DECODING_TOO_SLOW",
               "the recording takes too long to decode");
}

absl::Status OfExitCode(int code) {
  switch (code) {
    case kDecoded:
      return absl::OkStatus();
    case kNotMedia:
      return NotMedia("something that cannot be decoded");
    case kNoAudio:
      return NoAudio();
    case kTruncated:
      return RecordingTruncated("it ends before the time it announces");
    case kUnsupported:
      return UnsupportedFormat("the encoding of its sound");
    case kEmpty:
      return EmptyRecording();
    default:
      return Failed("gave up with exit code " + std::to_string(code));
  }
}

// SIGKILL may come from a machine short of memory. The others come from what was read, and would
// come again.
absl::Status OfSignal(int signal) {
  if (signal == SIGXCPU) return TooSlow();
  if (signal == SIGKILL || signal == SIGTERM) {
    return Failed("was ended by signal " + std::to_string(signal));
  }
  return NotMedia("something that breaks the decoder (signal " + std::to_string(signal) + ")");
}

absl::Status OfWaitStatus(int status) {
  return WIFEXITED(status) ? OfExitCode(WEXITSTATUS(status)) : OfSignal(WTERMSIG(status));
}

class DecodedRecording final : public PcmSource {
 public:
  DecodedRecording(std::unique_ptr<ChildProcess> decoder, Milliseconds timeout,
                   std::function<bool()> cancelled)
      : decoder_(std::move(decoder)), patience_(timeout), cancelled_(std::move(cancelled)) {}

  absl::StatusOr<size_t> Read(std::span<int16_t> samples) override {
    const std::span<std::byte> bytes = std::as_writable_bytes(samples);
    size_t filled = 0;
    while (filled < bytes.size()) {
      RETURN_IF_ERROR(AwaitOutput());
      const ssize_t got = ::read(decoder_->output(), bytes.data() + filled, bytes.size() - filled);
      if (got < 0 && errno != EINTR) return Failed("cannot be read from");
      if (got == 0) return End(filled / sizeof(int16_t));
      filled += got > 0 ? static_cast<size_t>(got) : 0;
    }
    return samples.size();
  }

 private:
  absl::Status AwaitOutput() {
    while (true) {
      if (cancelled_()) return absl::CancelledError("decoding was cancelled");
      const auto start = std::chrono::steady_clock::now();
      pollfd output{decoder_->output(), POLLIN, 0};
      const int ready = ::poll(&output, 1, static_cast<int>(kAskEvery.count()));
      if (ready > 0) return absl::OkStatus();
      if (ready < 0 && errno != EINTR) return Failed("cannot be waited for");
      patience_ -= std::chrono::steady_clock::now() - start;
      if (patience_ <= patience_.zero()) return TooSlow();
    }
  }

  // What was read counts only if the decoder was content with the whole of it.
  absl::StatusOr<size_t> End(size_t samples) {
    RETURN_IF_ERROR(OfWaitStatus(decoder_->Wait()));
    return samples;
  }

  std::unique_ptr<ChildProcess> decoder_;
  std::chrono::steady_clock::duration patience_;
  std::function<bool()> cancelled_;
};

}  // namespace

AudioDecoder::AudioDecoder(std::string program, Milliseconds timeout)
    : program_(std::move(program)), timeout_(timeout) {}

absl::Status AudioDecoder::Check() const {
  if (::access(program_.c_str(), X_OK) == 0) return absl::OkStatus();
  return Error(absl::StatusCode::kFailedPrecondition, "DECODER_MISSING",
               "transcriber.decoder_path: cannot run " + program_ + ": " + std::strerror(errno));
}

absl::StatusOr<std::unique_ptr<PcmSource>> AudioDecoder::Decode(
    const std::string& path, std::function<bool()> cancelled) const {
  const int recording = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (recording < 0) {
    return Error(absl::StatusCode::kUnavailable, "RECORDING_UNREADABLE",
                 std::string("the stored recording cannot be read: ") + std::strerror(errno));
  }
  const auto cpu_seconds = std::max<int64_t>(1, timeout_.count() / 1000);
  absl::StatusOr<std::unique_ptr<ChildProcess>> decoder =
      ChildProcess::Start(program_, {std::to_string(cpu_seconds)}, recording);
  ::close(recording);
  RETURN_IF_ERROR(decoder.status());
  return std::make_unique<DecodedRecording>(*std::move(decoder), timeout_, std::move(cancelled));
}

}  // namespace callimport::media_pipeline
