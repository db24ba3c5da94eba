#include "services/media-pipeline/transcribers/all_transcribers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/testing/status_matchers.h"

namespace callimport::media_pipeline {
namespace {

using callimport::testing::HasCode;
using callimport::testing::HasReason;
using callimport::testing::IsOk;

TranscriberConfig PocketSphinx() {
  TranscriberConfig config;
  config.set_engine("pocketsphinx");
  config.set_decoder_path("/bin/true");
  return config;
}

TEST(MakeTranscriber, MakesTheOfflineEngineWithoutLoadingItsModel) {
  const auto transcriber = MakeTranscriber(PocketSphinx());

  ASSERT_THAT(transcriber, IsOk());
  EXPECT_EQ((*transcriber)->engine(), "pocketsphinx");
}

TEST(MakeTranscriber, RefusesWhatItDoesNotKnow) {
  TranscriberConfig engine = PocketSphinx();
  engine.set_engine("oracle");
  TranscriberConfig profile = PocketSphinx();
  profile.set_profile("perfect");

  EXPECT_THAT(MakeTranscriber(engine), HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(MakeTranscriber(profile), HasCode(absl::StatusCode::kInvalidArgument));
}

TEST(MakeTranscriber, NoticesAtOnceWhatIsMissing) {
  TranscriberConfig decoder = PocketSphinx();
  decoder.set_decoder_path("/nowhere/media-decoder");
  TranscriberConfig model = PocketSphinx();
  model.set_model_dir("/nowhere");

  EXPECT_THAT(MakeTranscriber(decoder), HasReason("DECODER_MISSING"));
  EXPECT_THAT(MakeTranscriber(model), HasReason("MODEL_MISSING"));
}

}  // namespace
}  // namespace callimport::media_pipeline
