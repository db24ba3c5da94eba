// Imports from OpenPhone and Retreaver over the five real services, held against the truth.
#include <gmock/gmock.h>

#include <algorithm>
#include <map>

#include "libs/common/proto_time.h"
#include "libs/testing/status_matchers.h"
#include "tests/e2e/suite.h"
#include "tests/fake_vendors/digest.h"

namespace callimport::e2e {
namespace {

using ::callimport::testing::HasReason;
using ::callimport::testing::IsOk;
using ::testing::HasSubstr;

// Retreaver has no transcripts, so these are transcribed.
constexpr int kTracked = 5;
// More than two pages.
constexpr int kNumbers = 60;

fake_vendors::gong::CallBookOptions Book(uint64_t calls) {
  return {.seed = 11,
          .calls = calls,
          .from = Timestamp(std::chrono::hours(491'000)),  // January 2026
          .no_transcript_share = 0};
}

SuiteOptions PhoneAndTracker() {
  SuiteOptions options = QuickCalls(0);
  options.vendors.openphone.book.calls = Book(110);
  // Some calls were missed, and no voicemail was left.
  options.vendors.openphone.book.calls.no_media_share = 0.05;
  options.vendors.openphone.book.conversations = 70;
  options.vendors.openphone.book.messages = 250;
  options.vendors.openphone.book.attachments = 8;
  options.vendors.openphone.book.contacts = 120;
  options.vendors.openphone.noise_bytes = 20'000;
  options.vendors.retreaver.book = Book(kTracked);
  options.vendors.retreaver.running = 1;
  options.vendors.retreaver.numbers = kNumbers;
  options.vendors.retreaver.mp3_share = 0;
  options.vendors.retreaver.noise_bytes = 8'000;
  return options;
}

class PlatformsJourneyTest : public ::testing::Test {
 protected:
  std::string Connect(const std::string& platform,
                      const std::map<std::string, std::string>& fields) {
    const auto connected = client_.ConnectTo(platform, fields);
    EXPECT_THAT(connected, IsOk());
    return connected.ok() ? connected->credential_id() : "";
  }

  scheduler::ImportJob Import(const std::string& credential) {
    const auto job = client_.CreateJob(credential);
    EXPECT_THAT(job, IsOk());
    return job.ok() ? client_.WaitForEnd(job->job_id(), 120s) : scheduler::ImportJob();
  }

  std::map<std::string, pipeline::Engagement> EngagementsByCall() {
    const auto engagements = client_.Engagements();
    EXPECT_THAT(engagements, IsOk());
    std::map<std::string, pipeline::Engagement> by_call;
    for (const pipeline::Engagement& engagement : *engagements) {
      EXPECT_TRUE(by_call.emplace(engagement.source_call_id(), engagement).second);
    }
    return by_call;
  }

  static void ExpectRecording(const pipeline::Engagement& engagement,
                              const fake_vendors::Recording& recording) {
    EXPECT_EQ(engagement.recording().size_bytes(), static_cast<int64_t>(recording.content.size()));
    EXPECT_EQ(engagement.recording().sha256(), fake_vendors::Sha256(recording.content));
  }

  static int64_t ProcessedOf(const scheduler::ImportJob& job, words::RecordKind kind) {
    for (const words::KindProgress& kinds : job.progress().kinds()) {
      if (kinds.kind() == kind) return kinds.processed();
    }
    return 0;
  }

  Suite suite_{PhoneAndTracker()};
  Client client_ = suite_.ClientFor("acme");
};

TEST_F(PlatformsJourneyTest, ImportsOpenPhoneWithEverythingThatItHas) {
  const std::string credential = Connect("openphone", {{"api_key", "fake-openphone-key"}});
  auto& vendor = suite_.vendors().openphone();
  const auto preview = client_.Preview(credential);
  ASSERT_THAT(preview, IsOk());
  EXPECT_EQ(preview->calls(), 110);

  const scheduler::ImportJob job = Import(credential);

  EXPECT_EQ(job.state(), words::JOB_STATE_COMPLETED);
  EXPECT_EQ(job.progress().completed_calls(), 110);
  const auto is_recorded = [&](uint64_t index) {
    return vendor.book().HasRecording(index) || vendor.book().IsVoicemail(index);
  };
  int64_t recorded = 0;
  for (uint64_t index = 0; index < 110; ++index) recorded += is_recorded(index) ? 1 : 0;
  ASSERT_LT(recorded, 110);
  EXPECT_EQ(job.progress().media_stored(), recorded);
  EXPECT_EQ(job.progress().failed_calls(), 0);
  EXPECT_EQ(ProcessedOf(job, words::RECORD_KIND_CONVERSATION), 70);
  EXPECT_EQ(ProcessedOf(job, words::RECORD_KIND_MESSAGE), 250);
  EXPECT_EQ(ProcessedOf(job, words::RECORD_KIND_MEDIA), 8);
  EXPECT_EQ(ProcessedOf(job, words::RECORD_KIND_PHONE_NUMBER), 3);
  EXPECT_EQ(ProcessedOf(job, words::RECORD_KIND_CONTACT), 120);
  const auto engagements = EngagementsByCall();
  ASSERT_EQ(engagements.size(), 110U);
  for (uint64_t index = 0; index < 110; ++index) {
    const auto found = engagements.find(vendor.book().CallId(index));
    ASSERT_NE(found, engagements.end());
    const fake_vendors::gong::Call call = vendor.book().calls().At(index);
    EXPECT_EQ(found->second.import_source(), "openphone");
    EXPECT_EQ(FromProto(found->second.start_time()), call.started);
    const auto full = client_.Engagement(found->second.engagement_id());
    ASSERT_THAT(full, IsOk());
    if (!is_recorded(index)) {
      EXPECT_FALSE(found->second.has_recording());
      EXPECT_THAT(full->source_metadata(), HasSubstr(R"("status":"missed")"));
      continue;
    }
    ExpectRecording(found->second, vendor.RecordingOf(index));
    EXPECT_EQ(full->transcript().engine(), "source:openphone");
    const bool voicemail = vendor.book().IsVoicemail(index);
    EXPECT_EQ(static_cast<size_t>(full->transcript().segments_size()),
              voicemail ? 1U : call.dialogue.lines.size());
    EXPECT_EQ(full->transcript().segments(0).text(), call.dialogue.lines.front().text);
  }
}

TEST_F(PlatformsJourneyTest, ImportsRetreaverWithTagsStagesAndTrackingNumbers) {
  const std::string credential =
      Connect("retreaver", {{"api_key", "fake-retreaver-key"}, {"company_id", "2"}});
  auto& vendor = suite_.vendors().retreaver();

  const scheduler::ImportJob job = Import(credential);

  // One call still goes on.
  EXPECT_EQ(job.progress().listed_calls(), kTracked - 1);
  EXPECT_EQ(job.progress().media_stored(), kTracked - 1);
  EXPECT_EQ(ProcessedOf(job, words::RECORD_KIND_PHONE_NUMBER), kNumbers);
  const auto engagements = EngagementsByCall();
  ASSERT_EQ(engagements.size(), kTracked - 1U);
  for (uint64_t index = 0; index < kTracked - 1U; ++index) {
    const auto found = engagements.find(vendor.UuidOf(index));
    ASSERT_NE(found, engagements.end());
    EXPECT_EQ(found->second.import_source(), "retreaver");
    ExpectRecording(found->second, vendor.RecordingOf(index));
  }
  const auto full = client_.Engagement(engagements.begin()->second.engagement_id());
  ASSERT_THAT(full, IsOk());
  EXPECT_THAT(full->source_metadata(), HasSubstr("tag_values"));
  EXPECT_THAT(full->source_metadata(), HasSubstr("target_selected"));
}

TEST_F(PlatformsJourneyTest, TellsPeopleWhatIsWrongWithTheirKeys) {
  EXPECT_THAT(client_.ConnectTo("openphone", {{"api_key", "wrong"}}), HasReason("INVALID_KEY"));
  EXPECT_THAT(client_.ConnectTo("openphone", {{"api_key", "fake-openphone-forbidden-key"}}),
              HasReason("MISSING_PERMISSION"));
  EXPECT_THAT(
      client_.ConnectTo("retreaver", {{"api_key", "fake-retreaver-key"}, {"company_id", "3"}}),
      HasReason("MISSING_PERMISSION"));
  EXPECT_THAT(client_.ConnectTo("FIVE29", {{"username", "importer"}, {"password", "something"}}),
              HasReason("PLATFORM_NOT_SUPPORTED"));
}

}  // namespace
}  // namespace callimport::e2e
