// The recordings of one company behind signed addresses, as speech or as noise.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "libs/common/clock.h"
#include "libs/common/thread_pool.h"
#include "tests/fake_vendors/faults.h"
#include "tests/fake_vendors/http/message.h"
#include "tests/fake_vendors/recording.h"
#include "tests/fake_vendors/signed_address.h"
#include "tests/fake_vendors/stats.h"

namespace callimport::fake_vendors {

struct MediaStoreOptions {
  // "/media/openphone/": what the addresses begin with.
  std::string path;
  uint64_t seed = 1;
  std::chrono::seconds valid_for{8 * 3600};
  // Of spoken recordings; the others are WAV.
  double mp3_share = 0.5;
  // Unset: recordings are speech.
  std::optional<uint64_t> noise_bytes;
};

class MediaStore {
 public:
  using DialogueOf = std::function<Dialogue(uint64_t index)>;
  using IndexOf = std::function<std::optional<uint64_t>(const std::string& id)>;

  MediaStore(const MediaStoreOptions& options, IndexOf index_of, DialogueOf dialogue_of,
             const Clock& clock, Stats& stats, Faults& faults);

  bool Serves(const HttpRequest& request) const { return request.path.starts_with(options_.path); }
  void Handle(const HttpRequest& request, Respond respond);

  // Where the recording of this call is, for a while, at the host that `request` came to.
  std::string AddressOf(const HttpRequest& request, const std::string& id, uint64_t index) const;
  // May take a moment when the recording is speech.
  Recording RecordingOf(uint64_t index);

 private:
  SpeechFormat FormatOf(uint64_t index) const;
  HttpResponse Content(const HttpRequest& request, const std::string& id, uint64_t index);

  const MediaStoreOptions options_;
  const IndexOf index_of_;
  const DialogueOf dialogue_of_;
  const Clock& clock_;
  Stats& stats_;
  Faults& faults_;
  const AddressSigner signer_;
  std::optional<NoiseRecordings> noise_;
  std::once_flag voiced_;
  std::unique_ptr<SpeechSynthesizer> synthesizer_;  // made when something is to be said
  ThreadPool slow_work_{2, 1000};                   // last: its threads use everything above
};

// Sees to it that an answer is counted when it is given.
Respond Counted(Stats& stats, const std::string& endpoint, Respond respond);

}  // namespace callimport::fake_vendors
