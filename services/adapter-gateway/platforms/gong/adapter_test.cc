#include "services/adapter-gateway/platforms/gong/adapter.h"

#include <fstream>
#include <sstream>

#include "libs/common/proto_time.h"
#include "libs/json/iso_time.h"
#include "libs/json/object.h"
#include "libs/json/text.h"
#include "services/adapter-gateway/platforms/records.h"
#include "services/adapter-gateway/vendor/vendor_fixture.h"

namespace callimport::adapter_gateway::gong {
namespace {

using namespace std::chrono_literals;
using http::MakeResponse;
using testing::HasReason;
using testing::IsOk;

std::string ReadFile(const std::string& name) {
  const std::ifstream file(std::string(GONG_TESTDATA) + "/" + name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

const Period kMarch{.start = *json::ParseIsoTime("2026-03-01T00:00:00Z"),
                    .end = *json::ParseIsoTime("2026-04-01T00:00:00Z")};

class GongAdapterTest : public VendorFixture {
 protected:
  absl::StatusOr<v1::ListCallsResponse> List(const std::string& cursor) {
    VendorSession session = NewSession();
    return adapter_.ListCalls(session, kMarch, cursor);
  }
  std::string LastBody() const { return http_.requests().back().body; }

  Adapter adapter_{clock_};
};

TEST_F(GongAdapterTest, AuthorizesWithKeyAndSecret) {
  access_.fields.emplace("access_key", Secret("key"));
  access_.fields.emplace("access_key_secret", Secret("secret"));

  EXPECT_EQ(adapter_.Authorize(access_).at("Authorization"), "Basic a2V5OnNlY3JldA==");
}

TEST_F(GongAdapterTest, MapsACallToOurWords) {
  answers_ = {MakeResponse(200, ReadFile("list.json"))};

  const auto page = List("");

  ASSERT_THAT(page, IsOk());
  const common::v1::CallRecord& call = page->calls(0);
  EXPECT_EQ(call.source_call_id(), "7782342274025937895");
  EXPECT_EQ(call.title(), "Demo with Acme");
  EXPECT_EQ(json::FormatIsoTime(FromProto(call.start_time())), "2026-03-02T15:01:10Z");
  EXPECT_EQ(call.duration().seconds(), 1860);
  EXPECT_EQ(call.language(), "en");
  EXPECT_EQ(call.source_url(), "https://app.gong.io/call?id=7782342274025937895");
  EXPECT_FALSE(call.has_has_transcript());
  ASSERT_EQ(call.participants_size(), 2);
  EXPECT_EQ(call.participants(0).speaker_id(), "6432345678555530067");
  EXPECT_EQ(call.participants(0).email(), "ana@seller.example");
  EXPECT_EQ(call.participants(0).affiliation(), common::v1::Participant::AFFILIATION_INTERNAL);
  EXPECT_EQ(call.participants(1).name(), "Bo Chen");
  EXPECT_EQ(call.participants(1).phone(), "+15550100");
}

TEST_F(GongAdapterTest, KeepsTheRecordByteForByte) {
  const std::string answer = ReadFile("list.json");
  answers_ = {MakeResponse(200, answer)};

  const auto page = List("");

  const std::string& original = page->calls(0).source_metadata();
  EXPECT_TRUE(original.starts_with(R"({"metaData":{"id":"7782342274025937895")"));
  EXPECT_TRUE(original.ends_with(R"("methods":["Attendee"]}]})"));
  EXPECT_NE(answer.find(original), std::string::npos);
}

TEST_F(GongAdapterTest, TakesWhatIsThereAndKeepsLargeNumericIds) {
  answers_ = {MakeResponse(200, ReadFile("list.json"))};

  const auto page = List("");

  const common::v1::CallRecord& call = page->calls(1);
  EXPECT_EQ(call.source_call_id(), "18446744073709551617");
  EXPECT_EQ(json::FormatIsoTime(FromProto(call.start_time())), "2026-03-02T15:00:00Z");
  EXPECT_FALSE(call.has_duration());
  EXPECT_EQ(call.participants_size(), 0);
  EXPECT_EQ(call.language(), "");
}

TEST_F(GongAdapterTest, NamesRecordsThatCannotBeRead) {
  answers_ = {MakeResponse(200, ReadFile("list.json"))};

  const auto page = List("");

  EXPECT_EQ(page->calls_size(), 2);
  ASSERT_EQ(page->unreadable_size(), 3);
  EXPECT_EQ(page->unreadable(0).source_call_id(), "3");
  EXPECT_EQ(page->unreadable(0).reason(),
            "calls[2].metaData.started: a time such as 2026-03-02T15:01:10Z is expected");
  EXPECT_EQ(page->unreadable(1).reason(), "calls[3].metaData.id: is missing");
  EXPECT_EQ(page->unreadable(2).reason(), "calls[4]: an object is expected");
}

TEST_F(GongAdapterTest, AsksForPagesWithTheSameFilter) {
  answers_ = {MakeResponse(200, ReadFile("list.json"))};

  const auto first = List("");
  EXPECT_EQ(
      LastBody(),
      R"({"filter":{"fromDateTime":"2026-03-01T00:00:00Z","toDateTime":"2026-04-01T00:00:00Z"},)"
      R"("contentSelector":{"exposedFields":{"parties":true}}})");
  EXPECT_EQ(first->next_cursor(), "eyJhbGciOi.abc");
  EXPECT_EQ(first->total_calls(), 101);

  List(first->next_cursor()).IgnoreError();
  EXPECT_EQ(LastBody(),
            R"({"cursor":"eyJhbGciOi.abc","filter":{"fromDateTime":"2026-03-01T00:00:00Z",)"
            R"("toDateTime":"2026-04-01T00:00:00Z"},)"
            R"("contentSelector":{"exposedFields":{"parties":true}}})");
}

TEST_F(GongAdapterTest, TakesItsEmptyAnswerAsAnEmptyList) {
  answers_ = {MakeResponse(404, ReadFile("empty.json"))};

  const auto page = List("");

  ASSERT_THAT(page, IsOk());
  EXPECT_EQ(page->calls_size(), 0);
  EXPECT_EQ(page->next_cursor(), "");
}

TEST_F(GongAdapterTest, TakesAnyOther404AsARefusal) {
  answers_ = {MakeResponse(404, R"({"errors":["no such path"]})")};

  EXPECT_THAT(List(""), HasReason("VENDOR_REFUSED"));
}

TEST_F(GongAdapterTest, PrefersAudioAndTakesVideoOtherwise) {
  answers_ = {MakeResponse(200, ReadFile("media.json"))};
  VendorSession session = NewSession();

  const auto addresses = adapter_.LocateMedia(session, {"7782342274025937895", "2", "3", "4"});

  ASSERT_THAT(addresses, IsOk());
  ASSERT_EQ(addresses->size(), 4u);
  EXPECT_EQ((*addresses)[0].url, "https://media.example/a.mp3?sig=x");
  EXPECT_EQ((*addresses)[1].url, "https://media.example/v.mp4?sig=z");
  EXPECT_EQ((*addresses)[2].url, "");  // not readable
  EXPECT_EQ((*addresses)[3].url, "");
  EXPECT_EQ((*addresses)[0].expires, clock_.Now() + 8h);
  EXPECT_EQ(LastBody(), R"({"filter":{"callIds":["7782342274025937895","2","3","4"]},)"
                        R"("contentSelector":{"exposedFields":{"media":true}}})");
}

TEST_F(GongAdapterTest, MapsTranscriptsAndLeavesOutWhatCannotBeRead) {
  answers_ = {MakeResponse(200, ReadFile("transcript.json"))};
  VendorSession session = NewSession();

  auto transcripts = adapter_.FetchTranscripts(session, {"7782342274025937895", "2", "3"});
  ASSERT_THAT(transcripts, IsOk());
  Normalize(*transcripts);

  ASSERT_EQ(transcripts->size(), 1u);
  const v1::SourceTranscript& transcript = transcripts->front();
  EXPECT_EQ(transcript.source_call_id(), "7782342274025937895");
  EXPECT_EQ(transcript.transcript().engine(), "source:gong");
  ASSERT_EQ(transcript.transcript().segments_size(), 2);
  EXPECT_EQ(transcript.transcript().segments(0).text(), "Hello, thanks for joining.");
  EXPECT_EQ(transcript.transcript().segments(0).start_ms(), 1200);
  EXPECT_EQ(transcript.transcript().segments(0).end_ms(), 3400);
  EXPECT_EQ(transcript.transcript().segments(1).speaker_id(), "6432345678555530068");
  EXPECT_TRUE(transcript.original().starts_with(R"({"callId":"7782342274025937895")"));
}

TEST_F(GongAdapterTest, WarnsOfAKeyThatMayNotReadWorkspaces) {
  answers_ = {MakeResponse(404, ReadFile("empty.json")), MakeResponse(403, "{}")};
  VendorSession session = NewSession();

  const auto profile = adapter_.CheckAccess(session);

  ASSERT_THAT(profile, IsOk());
  EXPECT_EQ(profile->warnings.size(), 1u);
}

}  // namespace
}  // namespace callimport::adapter_gateway::gong
