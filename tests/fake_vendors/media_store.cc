#include "tests/fake_vendors/media_store.h"

#include <utility>

#include "tests/fake_vendors/byte_range.h"
#include "tests/fake_vendors/random.h"
#include "tests/fake_vendors/spoil.h"

namespace callimport::fake_vendors {

MediaStore::MediaStore(const MediaStoreOptions& options, IndexOf index_of, DialogueOf dialogue_of,
                       const Clock& clock, Stats& stats, Faults& faults)
    : options_(options),
      index_of_(std::move(index_of)),
      dialogue_of_(std::move(dialogue_of)),
      clock_(clock),
      stats_(stats),
      faults_(faults),
      signer_(options.path + std::to_string(options.seed), options.valid_for) {
  if (options.noise_bytes) noise_.emplace(options.seed, *options.noise_bytes);
}

void MediaStore::Handle(const HttpRequest& request, Respond respond) {
  respond = Counted(stats_, "media", std::move(respond));
  const std::string name = request.path.substr(options_.path.size());
  const std::string id = name.substr(0, name.rfind('.'));
  const std::optional<uint64_t> index = index_of_(id);
  const AddressSigner::Verdict verdict = signer_.Check(request, clock_.Now());
  if (!index || verdict == AddressSigner::Verdict::kForged) return respond(ForgedAddress());
  if (verdict == AddressSigner::Verdict::kExpired) return respond(ExpiredAddress());
  stats_.Downloaded(id);
  if (noise_) return respond(Content(request, id, *index));
  const bool taken = slow_work_.Post(
      [this, request, id, index = *index, respond] { respond(Content(request, id, index)); });
  if (!taken) respond(JsonResponse(503, R"({"error":"too much is waiting"})"));
}

HttpResponse MediaStore::Content(const HttpRequest& request, const std::string& id,
                                 uint64_t index) {
  Recording recording = RecordingOf(index);
  HttpResponse whole;
  whole.content_type = recording.content_type;
  whole.body = std::move(recording.content);
  HttpResponse healthy = ServeRange(request, std::move(whole), '"' + id + '"');
  const std::optional<Fault> fault = faults_.Meet("media", {id});
  return fault ? Spoil(*fault, std::move(healthy)) : healthy;
}

Recording MediaStore::RecordingOf(uint64_t index) {
  if (noise_) return noise_->Make(index);
  std::call_once(voiced_, [&] { synthesizer_ = std::make_unique<SpeechSynthesizer>(); });
  return MakeSpeechRecording(*synthesizer_, dialogue_of_(index), FormatOf(index));
}

SpeechFormat MediaStore::FormatOf(uint64_t index) const {
  const bool mp3 = !noise_ && Random(options_.seed, index).Share() < options_.mp3_share;
  return mp3 ? SpeechFormat::kMp3 : SpeechFormat::kWav;
}

std::string MediaStore::AddressOf(const HttpRequest& request, const std::string& id,
                                  uint64_t index) const {
  const std::string extension = FormatOf(index) == SpeechFormat::kMp3 ? ".mp3" : ".wav";
  return "http://" + std::string(request.Header("host")) +
         signer_.Sign(options_.path + id + extension, clock_.Now());
}

Respond Counted(Stats& stats, const std::string& endpoint, Respond respond) {
  return [&stats, endpoint, held = stats.Begin(endpoint),
          respond = std::move(respond)](HttpResponse response) {
    const int status = response.delivery.reset ? 0 : response.status;
    stats.Answered(endpoint, status, response.body.size());
    response.held_while_sending = held;
    respond(std::move(response));
  };
}

}  // namespace callimport::fake_vendors
