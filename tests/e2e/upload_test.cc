// Recordings that people bring themselves.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "libs/testing/status_matchers.h"
#include "tests/e2e/suite.h"
#include "tests/fake_vendors/digest.h"
#include "tests/fake_vendors/recording.h"

namespace callimport::e2e {
namespace {

using ::callimport::testing::HasCode;
using ::callimport::testing::IsOk;
using ::testing::AnyOf;
using ::testing::IsEmpty;
using ::testing::Not;

struct Format {
  std::string extension;
  std::string content_type;
  // What ffmpeg is told besides input and output.
  std::string flags;
};

const std::vector<Format> kFormats = {
    {"wav", "audio/wav", ""},
    {"mp3", "audio/mpeg", "-b:a 64k"},
    {"m4a", "audio/mp4", "-c:a aac"},
    {"mp4", "video/mp4", "-f lavfi -i color=s=64x64:r=5 -shortest -c:a aac"},
    {"mov", "video/quicktime", "-f lavfi -i color=s=64x64:r=5 -shortest -c:a aac"},
    {"webm", "audio/webm", "-c:a libopus"},
};

// Each format says something else, so that a hit tells which it was.
constexpr const char* kSentences[] = {
    "Our auditors asked about encryption and security.",
    "The contract runs for twelve months.",
    "Most customers come to us from a competitor.",
    "Annual payment gives you a better price.",
    "The dashboard shows revenue for every region.",
    "Telephone support is included for enterprise customers.",
};
constexpr const char* kWords[] = {"encryption", "contract", "competitor",
                                  "payment",    "revenue",  "telephone"};

class UploadTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { suite_ = std::make_unique<Suite>(QuickCalls(1)).release(); }
  static void TearDownTestSuite() { std::unique_ptr<Suite>(suite_).reset(); }

  UploadTest() {
    std::string name =
        (std::filesystem::temp_directory_path() / "callimport-upload-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~UploadTest() override { std::filesystem::remove_all(folder_); }

  // The sentence, spoken, in this format.
  std::string Speech(const std::string& sentence, const Format& format) {
    using fake_vendors::Speaker;
    fake_vendors::Dialogue dialogue;
    dialogue.lines.push_back(
        {.speaker = Speaker::kBuyer, .topic = "", .text = sentence, .start = 500ms, .end = 5s});
    dialogue.length = 6s;
    const std::string wav = (folder_ / "speech.wav").string();
    const std::string file = (folder_ / ("speech-out." + format.extension)).string();
    std::ofstream(wav) << MakeSpeechRecording(synthesizer_, dialogue).content.Copy();
    const std::string command =
        "ffmpeg -nostdin -loglevel error -y -i " + wav + " " + format.flags + " " + file;
    EXPECT_EQ(std::system(command.c_str()), 0) << command;
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  static inline Suite* suite_ = nullptr;
  std::filesystem::path folder_;
  fake_vendors::SpeechSynthesizer synthesizer_;
};

TEST_F(UploadTest, OfEveryFormatIsRecognisedTranscribedAndFound) {
  Client client = suite_->ClientFor("uploads");
  for (size_t i = 0; i < kFormats.size(); ++i) {
    const Format& format = kFormats[i];
    SCOPED_TRACE(format.extension);
    const std::string content = Speech(kSentences[i], format);

    const auto uploaded = client.Upload("my call." + format.extension, content);

    ASSERT_THAT(uploaded, IsOk());
    EXPECT_EQ(uploaded->content_type(), format.content_type);
    EXPECT_EQ(uploaded->size_bytes(), static_cast<int64_t>(content.size()));
    EXPECT_EQ(uploaded->sha256(), fake_vendors::Sha256(content));
    EXPECT_FALSE(uploaded->duplicate());
    EXPECT_EQ(client.WaitForEnd(uploaded->job_id(), 60s).state(), words::JOB_STATE_COMPLETED);
    const auto engagements = client.Engagements(uploaded->job_id());
    ASSERT_THAT(engagements, IsOk());
    ASSERT_EQ(engagements->size(), 1U);
    EXPECT_EQ(engagements->front().import_source(), "upload");
    EXPECT_EQ(engagements->front().transcript_engine(), "pocketsphinx");
    EXPECT_EQ(*client.Recording(engagements->front().engagement_id()), content);
    const auto hits = client.Search(kWords[i]);
    ASSERT_THAT(hits, IsOk());
    ASSERT_EQ(hits->size(), 1U) << kWords[i];
    EXPECT_EQ(hits->front().engagement().engagement_id(), engagements->front().engagement_id());
  }
}

TEST_F(UploadTest, OfTheSameContentIsADuplicate) {
  Client client = suite_->ClientFor("twice");
  const std::string content = Speech(kSentences[0], kFormats[0]);
  const auto first = client.Upload("a.wav", content);
  ASSERT_THAT(first, IsOk());
  const scheduler::ImportJob job = client.WaitForEnd(first->job_id(), 60s);
  EXPECT_EQ(job.created_by().kind(), words::Actor::KIND_SUPPORT);
  EXPECT_EQ(job.created_by().name(), "demo");

  const auto second = client.Upload("b.wav", content);

  ASSERT_THAT(second, IsOk());
  EXPECT_TRUE(second->duplicate());
  EXPECT_EQ(second->engagement_id(), client.Engagements()->front().engagement_id());
  EXPECT_EQ(client.Engagements()->size(), 1U);
}

TEST_F(UploadTest, OfWhatIsNoRecordingIsRefusedAndLeavesNothing) {
  Client client = suite_->ClientFor("refused");

  for (const std::string& content :
       {std::string("These are the minutes of our meeting.\n"), std::string(),
        std::string("<!DOCTYPE html><html></html>"), std::string(100'000, 'x')}) {
    EXPECT_THAT(client.Upload("minutes.wav", content), HasCode(absl::StatusCode::kInvalidArgument));
  }

  EXPECT_THAT(*client.Engagements(), IsEmpty());
  EXPECT_THAT(*client.Jobs(), IsEmpty());
}

TEST_F(UploadTest, OfARecordingThatIsCutShortIsRefused) {
  Client client = suite_->ClientFor("cut");
  const std::string content = Speech(kSentences[0], kFormats[0]);

  EXPECT_THAT(client.Upload("cut.wav", content.substr(0, content.size() / 2)),
              HasCode(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace callimport::e2e
