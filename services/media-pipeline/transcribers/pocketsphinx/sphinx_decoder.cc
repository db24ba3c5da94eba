#include "services/media-pipeline/transcribers/pocketsphinx/sphinx_decoder.h"

#include <sphinxbase/err.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

#include "libs/common/errors.h"

namespace callimport::media_pipeline {
namespace {

constexpr int kMillisecondsPerFrame = 10;

std::string AcousticModel(const SphinxModel& model) { return model.directory + "/en-us"; }
std::string LanguageModel(const SphinxModel& model) { return model.directory + "/en-us.lm.bin"; }
std::string Dictionary(const SphinxModel& model) { return model.directory + "/cmudict-en-us.dict"; }

// Silence stays in: taking it out would move the words that follow.
std::vector<std::string> Arguments(const SphinxModel& model) {
  std::vector<std::string> arguments = {"-hmm",
                                        AcousticModel(model),
                                        "-lm",
                                        LanguageModel(model),
                                        "-dict",
                                        Dictionary(model),
                                        "-remove_silence",
                                        "no"};
  if (model.profile == SphinxProfile::kFast) {
    arguments.insert(arguments.end(),
                     {"-maxhmmpf", "3000", "-maxwpf", "10", "-fwdflat", "no", "-ds", "2"});
  }
  return arguments;
}

cmd_ln_t* Parse(std::vector<std::string> arguments) {
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  return cmd_ln_parse_r(nullptr, ps_args(), static_cast<int32>(argv.size()), argv.data(), TRUE);
}

absl::Status Failed(const std::string& what) {
  return Error(absl::StatusCode::kUnavailable, "TRANSCRIBER_FAILED", "PocketSphinx " + what);
}

// "read(2)" is another way to say "read"; <sil>, [NOISE] and ++breath++ are no words.
std::optional<std::string> Spoken(const std::string& entry) {
  if (entry.empty() || entry[0] == '<' || entry[0] == '[' || entry[0] == '+') return std::nullopt;
  return entry.substr(0, entry.find('('));
}

common::v1::Word MakeWord(ps_decoder_t* decoder, ps_seg_t* entry, std::string text) {
  int first = 0;
  int last = 0;
  ps_seg_frames(entry, &first, &last);
  const int32 log_probability = ps_seg_prob(entry, nullptr, nullptr, nullptr);
  const double probability = logmath_exp(ps_get_logmath(decoder), log_probability);
  common::v1::Word word;
  word.set_text(std::move(text));
  word.set_start_ms(first * kMillisecondsPerFrame);
  word.set_end_ms((last + 1) * kMillisecondsPerFrame);
  word.set_confidence(static_cast<float>(std::clamp(probability, 0.0, 1.0)));
  return word;
}

}  // namespace

absl::Status SphinxModel::Check() const {
  for (const std::string& path : {AcousticModel(*this), LanguageModel(*this), Dictionary(*this)}) {
    if (!std::filesystem::exists(path)) {
      return Error(absl::StatusCode::kFailedPrecondition, "MODEL_MISSING",
                   "transcriber.model_dir: there is no " + path);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<SphinxDecoder>> SphinxDecoder::Load(const SphinxModel& model) {
  err_set_logfp(nullptr);  // chatters otherwise
  Configuration configuration(Parse(Arguments(model)));
  if (configuration == nullptr) return Failed("does not accept its options");
  Decoder decoder(ps_init(configuration.get()));
  if (decoder == nullptr) return Failed("cannot load the model in " + model.directory);
  return std::unique_ptr<SphinxDecoder>(
      new SphinxDecoder(std::move(configuration), std::move(decoder)));
}

SphinxDecoder::SphinxDecoder(Configuration configuration, Decoder decoder)
    : configuration_(std::move(configuration)), decoder_(std::move(decoder)) {}

absl::StatusOr<std::vector<common::v1::Word>> SphinxDecoder::Decode(
    std::span<const int16_t> samples) {
  ps_decoder_t* decoder = decoder_.get();
  // Each piece is a stream of its own, so that its frames count from zero.
  if (ps_start_stream(decoder) < 0 || ps_start_utt(decoder) < 0) return Failed("cannot start");
  const int processed = ps_process_raw(decoder, samples.data(), samples.size(), /*no_search=*/FALSE,
                                       /*full_utt=*/TRUE);
  if (ps_end_utt(decoder) < 0 || processed < 0) return Failed("cannot go on");
  return Words();
}

std::vector<common::v1::Word> SphinxDecoder::Words() {
  std::vector<common::v1::Word> words;
  for (ps_seg_t* entry = ps_seg_iter(decoder_.get()); entry != nullptr;
       entry = ps_seg_next(entry)) {
    std::optional<std::string> text = Spoken(ps_seg_word(entry));
    if (text) words.push_back(MakeWord(decoder_.get(), entry, *std::move(text)));
  }
  return words;
}

}  // namespace callimport::media_pipeline
