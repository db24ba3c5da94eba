// docs/one-import.md, over the five real services.
#include <gmock/gmock.h>

#include <algorithm>

#include "libs/testing/status_matchers.h"
#include "tests/e2e/suite.h"
#include "tests/e2e/truth.h"

namespace callimport::e2e {
namespace {

using ::callimport::testing::IsOk;
using ::testing::HasSubstr;

constexpr uint64_t kCalls = 12;

// Some of these words are said in any generated call.
constexpr const char* kWords[] = {"pricing", "proposal",    "contract",  "security", "encryption",
                                  "support", "integration", "report",    "privacy",  "competitor",
                                  "pilot",   "training",    "dashboard", "data",     "project"};

class ImportJourneyTest : public ::testing::Test {
 protected:
  // Follows the job to its end, and gives every message but heartbeats.
  std::vector<tracker::WatchImportResponse> WatchToTheEnd(const std::string& job_id) {
    std::vector<tracker::WatchImportResponse> messages;
    const absl::Status ended = client_.Watch(job_id, "", [&](const auto& message) {
      if (message.kind() != tracker::WatchImportResponse::KIND_HEARTBEAT) {
        messages.push_back(message);
      }
      return true;
    });
    EXPECT_THAT(ended, IsOk());
    return messages;
  }

  uint64_t CallsWithoutTranscript() {
    uint64_t count = 0;
    for (uint64_t i = 0; i < kCalls; ++i)
      count += suite_.vendors().gong().book().HasTranscript(i) ? 0 : 1;
    return count;
  }

  // Of the calls that were transcribed here, at least half are found by a word that was said.
  void ExpectSpokenWordsAreFound() {
    const auto& book = suite_.vendors().gong().book();
    uint64_t found = 0;
    for (uint64_t i = 0; i < kCalls; ++i) {
      if (!book.HasTranscript(i)) found += IsFoundByAWord(book.At(i)) ? 1 : 0;
    }
    EXPECT_GE(2 * found, CallsWithoutTranscript());
  }

  bool IsFoundByAWord(const fake_vendors::gong::Call& call) {
    return std::ranges::any_of(
        kWords, [&](const char* word) { return Says(call, word) && IsFoundBy(call, word); });
  }

  static bool Says(const fake_vendors::gong::Call& call, const std::string& word) {
    return std::ranges::any_of(call.dialogue.lines, [&](const fake_vendors::Line& line) {
      return line.text.find(word) != std::string::npos;
    });
  }

  // The hit shows the word, and a moment inside the recording.
  bool IsFoundBy(const fake_vendors::gong::Call& call, const std::string& word) {
    const auto hits = client_.Search(word);
    EXPECT_THAT(hits, IsOk());
    const auto hit = std::ranges::find_if(*hits, [&](const pipeline::SearchHit& candidate) {
      return candidate.engagement().source_call_id() == call.id;
    });
    if (hit == hits->end() || hit->moments().empty()) return false;
    EXPECT_EQ(hit->engagement().transcript_engine(), "pocketsphinx");
    EXPECT_THAT(hit->moments(0).text(), HasSubstr("«"));
    EXPECT_LT(hit->moments(0).start_ms(), call.length.count());
    return true;
  }

  void ExpectRecordingsAreKept() {
    const auto engagements = client_.Engagements();
    ASSERT_THAT(engagements, IsOk());
    auto& gong = suite_.vendors().gong();
    for (const pipeline::Engagement& engagement : *engagements) {
      const auto content = client_.Recording(engagement.engagement_id());
      ASSERT_THAT(content, IsOk());
      const uint64_t index = *gong.book().IndexOf(engagement.source_call_id());
      EXPECT_TRUE(*content == gong.RecordingOf(index).content.Copy()) << engagement.title();
    }
  }

  Suite suite_{SpokenCalls(kCalls, 0.3)};
  Client client_ = suite_.ClientFor("acme");
};

TEST_F(ImportJourneyTest, ConnectsPreviewsImportsWatchesAndFinds) {
  ASSERT_GT(CallsWithoutTranscript(), 0U);
  const std::string credential = suite_.ConnectGong(client_);

  const auto preview = client_.Preview(credential);
  ASSERT_THAT(preview, IsOk());
  EXPECT_EQ(preview->calls(), static_cast<int64_t>(kCalls));
  EXPECT_EQ(preview->exactness(), words::EXACTNESS_EXACT);

  const auto job = client_.CreateJob(credential);
  ASSERT_THAT(job, IsOk());
  const auto messages = WatchToTheEnd(job->job_id());

  ASSERT_FALSE(messages.empty());
  EXPECT_EQ(messages.front().kind(), tracker::WatchImportResponse::KIND_SNAPSHOT);
  EXPECT_EQ(messages.back().kind(), tracker::WatchImportResponse::KIND_FINAL);
  const tracker::ImportStatus& last = messages.back().status();
  EXPECT_EQ(last.job().state(), words::JOB_STATE_COMPLETED);
  EXPECT_EQ(last.percent(), 100);
  EXPECT_EQ(last.job().progress().completed_calls(), static_cast<int64_t>(kCalls));
  EXPECT_EQ(last.job().progress().media_stored(), static_cast<int64_t>(kCalls));
  EXPECT_EQ(last.job().progress().transcripts_ready(), static_cast<int64_t>(kCalls));
  EXPECT_THAT(last.summary(), HasSubstr("12"));
  ExpectAllImported(client_, suite_.vendors().gong());

  ExpectSpokenWordsAreFound();
  ExpectRecordingsAreKept();
}

TEST_F(ImportJourneyTest, ImportsNothingTwice) {
  const std::string credential = suite_.ConnectGong(client_);
  const auto first = client_.CreateJob(credential);
  ASSERT_THAT(first, IsOk());
  client_.WaitForEnd(first->job_id(), 120s);
  const uint64_t downloads = suite_.vendors().stats().Snapshot().Requests("media");

  const auto second = client_.CreateJob(credential);
  ASSERT_THAT(second, IsOk());
  const scheduler::ImportJob done = client_.WaitForEnd(second->job_id(), 60s);

  EXPECT_EQ(done.state(), words::JOB_STATE_COMPLETED);
  EXPECT_EQ(done.progress().duplicate_calls(), static_cast<int64_t>(kCalls));
  EXPECT_EQ(done.progress().completed_calls(), 0);
  EXPECT_EQ(suite_.vendors().stats().Snapshot().Requests("media"), downloads);
  ExpectAllImported(client_, suite_.vendors().gong());
}

}  // namespace
}  // namespace callimport::e2e
