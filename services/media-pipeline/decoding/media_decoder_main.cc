// media-decoder: one recording on standard input, its sound as 16 kHz mono PCM on standard output.
//
//   media-decoder CPU_SECONDS < recording | …        (pipes only: files cannot be written)
//
// The exit code (decoder_exit.h) is the verdict; standard error gets one line of JSON for people.
#include <unistd.h>

#include <cstdlib>
#include <ctime>

#include "services/media-pipeline/decoding/confinement.h"
#include "services/media-pipeline/decoding/recording_decoder.h"

extern "C" {
#include <libavutil/log.h>
#include <libavutil/mem.h>
}

namespace callimport::media_pipeline {
namespace {

constexpr size_t kLargestAllocation = size_t{512} << 20;

int Main(int cpu_seconds) {
  // Whatever the parent left open is none of ours.
  ::close_range(STDERR_FILENO + 1, ~0U, 0);
  // Reads the time zone while files can still be opened: recordings carry dates.
  ::tzset();
  av_log_set_level(AV_LOG_QUIET);
  av_max_alloc(kLargestAllocation);
  if (!Confine(cpu_seconds)) return kFailed;

  RecordingDecoder decoder(STDIN_FILENO, STDOUT_FILENO);
  const DecoderExit verdict = decoder.Run();
  decoder.Describe(STDERR_FILENO);
  return verdict;
}

}  // namespace
}  // namespace callimport::media_pipeline

int main(int argc, char** argv) {
  const int cpu_seconds = argc == 2 ? std::atoi(argv[1]) : 0;
  if (cpu_seconds <= 0) return callimport::media_pipeline::kUsage;
  return callimport::media_pipeline::Main(cpu_seconds);
}
