#include "services/media-pipeline/domain/metadata_quality.h"

#include <gtest/gtest.h>

namespace callimport::media_pipeline {
namespace {

struct Row {
  const char* name;
  bool title, participants, date, duration, recording, transcript;
  MetadataQuality expected;
};

class MetadataQualityTable : public ::testing::TestWithParam<Row> {};

TEST_P(MetadataQualityTable, FollowsTheRule) {
  const Row& row = GetParam();
  common::v1::CallRecord record;
  if (row.title) record.set_title("Renewal");
  if (row.participants) record.add_participants()->set_name("Dana");
  if (row.date) record.mutable_start_time()->set_seconds(1);
  std::optional<std::chrono::milliseconds> duration;
  if (row.duration) duration = std::chrono::seconds(9);

  EXPECT_EQ(QualityOf(record, duration, row.recording, row.transcript), row.expected);
}

constexpr auto kFull = MetadataQuality::kFull;
constexpr auto kPartial = MetadataQuality::kPartial;
constexpr auto kMinimal = MetadataQuality::kMinimal;

INSTANTIATE_TEST_SUITE_P(
    Rules, MetadataQualityTable,
    ::testing::Values(Row{"Everything", true, true, true, true, true, true, kFull},
                      Row{"NoTranscript", true, true, true, true, true, false, kFull},
                      Row{"NoRecording", true, true, true, true, false, true, kFull},
                      Row{"NeitherOfBoth", true, true, true, true, false, false, kPartial},
                      Row{"NoTitle", false, true, true, true, true, true, kPartial},
                      Row{"NoParticipants", true, false, true, true, true, true, kPartial},
                      Row{"NoDate", true, true, false, true, true, true, kPartial},
                      Row{"NoDuration", true, true, true, false, true, true, kPartial},
                      Row{"OnlyARecording", false, false, true, false, true, false, kPartial},
                      Row{"IdAndDate", false, false, true, false, false, false, kMinimal},
                      Row{"IdAlone", false, false, false, false, false, false, kMinimal}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace callimport::media_pipeline
