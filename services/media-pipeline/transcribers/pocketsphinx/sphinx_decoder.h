// One PocketSphinx decoder: about 100 MB of model, and one piece of sound at a time.
#pragma once

#include <pocketsphinx.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "callimport/common/v1/call.pb.h"

namespace callimport::media_pipeline {

enum class SphinxProfile { kExact, kFast };

struct SphinxModel {
  // The folder that holds en-us, en-us.lm.bin and cmudict-en-us.dict.
  std::string directory;
  SphinxProfile profile = SphinxProfile::kExact;

  // FAILED_PRECONDITION, naming the file that is missing. The library itself ends the process
  // over some broken models, so nobody but the operator may choose one.
  absl::Status Check() const;
};

class SphinxDecoder {
 public:
  // Takes up to a second.
  static absl::StatusOr<std::unique_ptr<SphinxDecoder>> Load(const SphinxModel& model);

  // The words in `samples`, timed from their start. The same samples give the same words, whatever
  // was decoded before.
  absl::StatusOr<std::vector<common::v1::Word>> Decode(std::span<const int16_t> samples);

 private:
  struct FreeConfiguration {
    void operator()(cmd_ln_t* configuration) const { cmd_ln_free_r(configuration); }
  };
  struct FreeDecoder {
    void operator()(ps_decoder_t* decoder) const { ps_free(decoder); }
  };
  using Configuration = std::unique_ptr<cmd_ln_t, FreeConfiguration>;
  using Decoder = std::unique_ptr<ps_decoder_t, FreeDecoder>;

  SphinxDecoder(Configuration configuration, Decoder decoder);
  std::vector<common::v1::Word> Words();

  Configuration configuration_;
  Decoder decoder_;
};

}  // namespace callimport::media_pipeline
