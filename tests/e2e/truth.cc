#include "tests/e2e/truth.h"

#include <gmock/gmock.h>

#include <map>

#include "libs/common/proto_time.h"
#include "libs/testing/status_matchers.h"
#include "tests/fake_vendors/digest.h"
#include "tests/fake_vendors/gong/gong_json.h"

namespace callimport::e2e {
namespace {

using ::callimport::testing::IsOk;
using fake_vendors::Line;
using fake_vendors::gong::Call;
using fake_vendors::gong::GongVendor;
using fake_vendors::gong::Party;

void ExpectPerson(const pipeline::Engagement& engagement, const Party& party,
                  words::Participant::Affiliation affiliation) {
  for (const words::Participant& participant : engagement.participants()) {
    if (participant.speaker_id() != party.speaker_id) continue;
    EXPECT_EQ(participant.name(), party.name);
    EXPECT_EQ(participant.email(), party.email);
    EXPECT_EQ(participant.affiliation(), affiliation);
    return;
  }
  ADD_FAILURE() << party.name << " is missing in " << engagement.ShortDebugString();
}

void ExpectEngagement(const pipeline::Engagement& engagement, const Call& call, GongVendor& gong) {
  EXPECT_EQ(engagement.import_source(), "gong");
  EXPECT_EQ(engagement.title(), call.title);
  EXPECT_EQ(FromProto(engagement.start_time()), call.started);
  EXPECT_TRUE(engagement.has_import_time());
  ExpectPerson(engagement, call.seller, words::Participant::AFFILIATION_INTERNAL);
  ExpectPerson(engagement, call.buyer, words::Participant::AFFILIATION_EXTERNAL);
  if (!call.has_media) return;
  const auto recording = gong.RecordingOf(call.index);
  EXPECT_EQ(engagement.recording().size_bytes(), static_cast<int64_t>(recording.content.size()));
  EXPECT_EQ(engagement.recording().sha256(), fake_vendors::Sha256(recording.content));
}

void ExpectTranscript(Client& client, const std::string& engagement_id, const Call& call) {
  const auto full = client.Engagement(engagement_id);
  ASSERT_THAT(full, IsOk());
  EXPECT_THAT(full->source_metadata(), ::testing::HasSubstr(call.id));
  fake_vendors::JsonWriter original;
  fake_vendors::gong::WriteTranscript(original, call);
  EXPECT_EQ(full->original_transcript(), original.Take());
  const auto& segments = full->transcript().segments();
  EXPECT_EQ(full->transcript().engine(), "source:gong");
  ASSERT_EQ(static_cast<size_t>(segments.size()), call.dialogue.lines.size());
  for (int i = 0; i < segments.size(); ++i) {
    const Line& line = call.dialogue.lines[static_cast<size_t>(i)];
    EXPECT_EQ(segments[i].text(), line.text);
    EXPECT_EQ(segments[i].speaker_id(), call.PartyOf(line.speaker).speaker_id);
    EXPECT_EQ(segments[i].start_ms(), line.start.count());
  }
}

}  // namespace

void ExpectAllImported(Client& client, GongVendor& gong, const std::set<std::string>& left_out) {
  const auto engagements = client.Engagements();
  ASSERT_THAT(engagements, IsOk());
  std::map<std::string, pipeline::Engagement> by_call;
  for (const pipeline::Engagement& engagement : *engagements) {
    const bool first = by_call.emplace(engagement.source_call_id(), engagement).second;
    EXPECT_TRUE(first) << "two engagements of " << engagement.source_call_id();
  }
  EXPECT_EQ(by_call.size(), gong.book().size() - left_out.size());
  for (uint64_t index = 0; index < gong.book().size(); ++index) {
    const Call call = gong.book().At(index);
    if (left_out.contains(call.id)) continue;
    const auto found = by_call.find(call.id);
    if (found == by_call.end()) {
      ADD_FAILURE() << call.id << " was not imported";
      continue;
    }
    ExpectEngagement(found->second, call, gong);
    if (call.has_transcript) ExpectTranscript(client, found->second.engagement_id(), call);
  }
}

}  // namespace callimport::e2e
