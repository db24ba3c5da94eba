#include "services/adapter-gateway/platforms/openphone/adapter.h"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "libs/common/errors.h"
#include "libs/common/proto_time.h"
#include "libs/json/iso_time.h"
#include "services/adapter-gateway/platforms/kept_records.h"
#include "services/adapter-gateway/vendor/vendor_fixture.h"

namespace callimport::adapter_gateway::openphone {
namespace {

using namespace std::chrono_literals;
using http::MakeResponse;
using ::testing::ElementsAre;
using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;

std::string ReadFile(const std::string& name) {
  const std::ifstream file(std::string(PLATFORMS_DIR) + "/openphone/testdata/" + name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

const Period kMarch{.start = *json::ParseIsoTime("2026-03-01T00:00:00Z"),
                    .end = *json::ParseIsoTime("2026-04-01T00:00:00Z")};
constexpr char kNothing[] = R"({"data":[],"nextCursor":null})";

class OpenPhoneAdapterTest : public VendorFixture {
 protected:
  OpenPhoneAdapterTest() { access_.fields.emplace("api_key", Secret("the-key")); }

  absl::StatusOr<v1::ListCallsResponse> List(const std::string& cursor) {
    VendorSession session = NewSession();
    return adapter_.ListCalls(session, kMarch, cursor);
  }
  v1::ListCallsResponse FirstPage() {
    answers_ = {MakeResponse(200, ReadFile("users.json")),
                MakeResponse(200, ReadFile("calls.json"))};
    const auto page = List("");
    EXPECT_THAT(page, IsOk());
    return *page;
  }
  std::vector<std::string> Asked() const {
    std::vector<std::string> paths;
    for (const http::Request& request : http_.requests()) {
      paths.push_back(request.url.substr(access_.base_url.size()));
    }
    return paths;
  }
  absl::StatusOr<std::vector<MediaAddress>> Locate(const std::vector<std::string>& ids) {
    VendorSession session = NewSession();
    return adapter_.LocateMedia(session, ids);
  }
  absl::StatusOr<std::vector<v1::SourceTranscript>> Fetch(const std::vector<std::string>& ids) {
    VendorSession session = NewSession();
    return adapter_.FetchTranscripts(session, ids);
  }

  Adapter adapter_{clock_};
};

TEST_F(OpenPhoneAdapterTest, SendsTheKeyAsItIsAndTheVersion) {
  const auto headers = adapter_.Authorize(access_);

  EXPECT_EQ(headers.at("Authorization"), "the-key");
  EXPECT_EQ(headers.at("Quo-Api-Version"), "2026-03-30");
}

TEST_F(OpenPhoneAdapterTest, MapsACallToOurWords) {
  const auto page = FirstPage();

  const common::v1::CallRecord& call = page.calls(0);
  EXPECT_EQ(call.source_call_id(), "AC0000000000000000000000000000000001");
  EXPECT_EQ(call.kind(), common::v1::RECORD_KIND_CALL);
  EXPECT_EQ(call.title(), "Order 17 is late");
  EXPECT_EQ(call.text(), "The customer asks for his order.\nIt left on Monday.\nCall the carrier.");
  EXPECT_EQ(json::FormatIsoTime(FromProto(call.start_time())), "2026-03-10T18:07:52Z");
  EXPECT_EQ(call.duration().seconds(), 125);
  ASSERT_EQ(call.participants_size(), 2);
  EXPECT_EQ(call.participants(0).speaker_id(), "+14155550101");
  EXPECT_EQ(call.participants(0).affiliation(), common::v1::Participant::AFFILIATION_EXTERNAL);
  EXPECT_EQ(call.participants(1).speaker_id(), "USabc123");
  EXPECT_EQ(call.participants(1).name(), "Ana Ortiz");
  EXPECT_EQ(call.participants(1).email(), "ana@seller.example");
  EXPECT_EQ(call.participants(1).phone(), "+14155550900");
  EXPECT_EQ(call.participants(1).affiliation(), common::v1::Participant::AFFILIATION_INTERNAL);
  EXPECT_THAT(call.source_metadata(), HasSubstr(R"("callRoute":"phone-number")"));
}

TEST_F(OpenPhoneAdapterTest, TakesAMissedCallForTheVoicemailItLeft) {
  const auto page = FirstPage();

  EXPECT_EQ(page.calls(1).kind(), common::v1::RECORD_KIND_VOICEMAIL);
  EXPECT_EQ(page.calls(1).duration().seconds(), 31);
  EXPECT_EQ(page.calls(1).title(), "Incoming call with +14155550102");
}

TEST_F(OpenPhoneAdapterTest, TakesWhatIsThereAndLeavesOutCallsThatGoOn) {
  const auto page = FirstPage();

  ASSERT_EQ(page.calls_size(), 3);
  EXPECT_EQ(page.calls(2).title(), "Outgoing call with +14155550103");
  EXPECT_FALSE(page.calls(2).has_duration());
  ASSERT_EQ(page.unreadable_size(), 2);
  EXPECT_EQ(page.unreadable(0).source_call_id(), "AC5");
  EXPECT_EQ(page.unreadable(1).reason(), "data[5].id: is missing");
}

TEST_F(OpenPhoneAdapterTest, AsksForBothEndsOfThePeriodAndFollowsTheCursor) {
  const auto page = FirstPage();
  EXPECT_THAT(Asked()[1], HasSubstr("createdAt%5Bgte%5D=2026-03-01T00:00:00Z&createdAt%5Blte%5D="
                                    "2026-03-31T23:59:59.999Z"));
  EXPECT_THAT(Asked()[1], HasSubstr("include=summary,voicemail"));

  answers_ = {MakeResponse(200, ReadFile("users.json")), MakeResponse(200, kNothing)};
  EXPECT_THAT(List(page.next_cursor()), IsOk());

  EXPECT_THAT(Asked().back(), HasSubstr("&after=abc%3D%3D"));
}

TEST_F(OpenPhoneAdapterTest, ListsMessagesAndTheirAttachments) {
  answers_ = {MakeResponse(200, ReadFile("messages.json"))};

  const auto page = List("1:");

  ASSERT_THAT(page, IsOk());
  ASSERT_EQ(page->calls_size(), 3);
  EXPECT_EQ(page->calls(0).kind(), common::v1::RECORD_KIND_MESSAGE);
  EXPECT_EQ(page->calls(0).parent_source_id(), "CN1");
  EXPECT_EQ(page->calls(0).text(), "Here is the picture.");
  EXPECT_EQ(page->calls(0).participants(0).phone(), "+14155550101");
  EXPECT_EQ(page->calls(0).participants(1).phone(), "+14155550900");
  EXPECT_EQ(page->calls(2).kind(), common::v1::RECORD_KIND_MEDIA);
  EXPECT_EQ(page->calls(2).source_call_id(), "MSG1/2");
  EXPECT_EQ(page->calls(2).parent_source_id(), "MSG1");
  EXPECT_EQ(page->calls(2).source_metadata(),
            R"({"url":"https://media.example/2.jpg","type":"image/jpeg"})");
}

TEST_F(OpenPhoneAdapterTest, ListsNumbersAndContacts) {
  answers_ = {
      MakeResponse(200, R"({"data":[{"id":"PN1","name":"Sales","number":"+14155550900"}]})"),
      MakeResponse(200, R"({"data":[{"id":"CT1","defaultFields":{"firstName":"Bo"}}]})"),
      MakeResponse(404, "{}")};

  const auto numbers = List("3:");
  const auto contacts = List("4:");
  const auto none = List("4:");

  ASSERT_THAT(numbers, IsOk());
  ASSERT_EQ(numbers->calls_size(), 1);
  EXPECT_EQ(numbers->calls(0).kind(), common::v1::RECORD_KIND_PHONE_NUMBER);
  EXPECT_EQ(numbers->calls(0).participants(0).phone(), "+14155550900");
  ASSERT_THAT(contacts, IsOk());
  ASSERT_EQ(contacts->calls_size(), 1);
  EXPECT_EQ(contacts->calls(0).kind(), common::v1::RECORD_KIND_CONTACT);
  EXPECT_EQ(contacts->calls(0).source_call_id(), "CT1");
  EXPECT_THAT(contacts->calls(0).source_metadata(), HasSubstr(R"("firstName":"Bo")"));
  ASSERT_THAT(none, IsOk());
  EXPECT_EQ(none->calls_size(), 0);
}

TEST_F(OpenPhoneAdapterTest, ListsOneKindAfterTheOther) {
  std::vector<std::string> cursors;
  answers_ = {MakeResponse(200, kNothing)};
  for (std::string cursor = "0:"; !cursor.empty() && cursors.size() < 9;) {
    const auto page = List(cursor);
    ASSERT_THAT(page, IsOk());
    cursors.push_back(cursor = page->next_cursor());
  }

  EXPECT_THAT(cursors, ElementsAre("1:", "2:", "3:", "4:", ""));
}

TEST_F(OpenPhoneAdapterTest, DoesWithoutConversationsWhereTheyAreNotListed) {
  answers_ = {MakeResponse(404, R"({"message":"Not Found"})")};

  const auto page = List("2:");

  ASSERT_THAT(page, IsOk());
  EXPECT_EQ(page->calls_size(), 0);
  EXPECT_EQ(page->next_cursor(), "3:");
}

TEST_F(OpenPhoneAdapterTest, JoinsTheRecordingsOfACallThatWasOnHold) {
  answers_ = {MakeResponse(200, ReadFile("recordings.json"))};

  const auto addresses = Locate({"AC1"});

  ASSERT_THAT(addresses, IsOk());
  ASSERT_EQ(addresses->size(), 1u);
  EXPECT_EQ((*addresses)[0].url, "https://media.example/CR1.mp3?sig=a");
  EXPECT_THAT((*addresses)[0].more_urls, ElementsAre("https://media.example/CR2.mp3?sig=b"));
  EXPECT_EQ(Asked()[0], "/calls/AC1/recordings");
}

TEST_F(OpenPhoneAdapterTest, WaitsForARecordingThatIsStillMade) {
  answers_ = {MakeResponse(200, R"({"data":[{"id":"CR1","status":"processing","url":null}]})"),
              MakeResponse(200, ReadFile("recordings.json"))};

  const auto addresses = Locate({"AC1", "AC2"});

  ASSERT_THAT(addresses, IsOk());
  EXPECT_THAT((*addresses)[0].error, HasReason("VENDOR_ERROR"));
  EXPECT_THAT((*addresses)[1].error, IsOk());
}

TEST_F(OpenPhoneAdapterTest, TakesTheVoicemailWhereThereIsNoRecording) {
  answers_ = {MakeResponse(200, kNothing),
              MakeResponse(200, R"({"data":{"recordingUrl":"https://media.example/VM2.mp3"}})")};

  const auto addresses = Locate({"AC2"});

  EXPECT_EQ((*addresses)[0].url, "https://media.example/VM2.mp3");
  EXPECT_THAT(Asked(), ElementsAre("/calls/AC2/recordings", "/v1/call-voicemails/AC2"));
}

TEST_F(OpenPhoneAdapterTest, KnowsThatAMissedCallWithoutVoicemailWasNeverRecorded) {
  const auto call = [&](Timestamp updated) {
    return MakeResponse(200, absl::StrCat(R"({"data":{"id":"AC3","status":"missed","updatedAt":")",
                                          json::FormatIsoTime(updated), R"("}})"));
  };
  answers_ = {MakeResponse(200, kNothing), MakeResponse(404, "{}"), call(clock_.Now() - 16min),
              MakeResponse(200, kNothing), MakeResponse(404, "{}"), call(clock_.Now() - 14min)};

  const auto addresses = Locate({"AC3", "AC4"});

  ASSERT_THAT(addresses, IsOk());
  ASSERT_EQ(addresses->size(), 2u);
  EXPECT_THAT((*addresses)[0].error, IsOk());
  EXPECT_TRUE((*addresses)[0].never_recorded);
  // So soon after the call, something may still come.
  EXPECT_THAT((*addresses)[1].error, HasReason("VENDOR_ERROR"));
}

TEST_F(OpenPhoneAdapterTest, WaitsForAVoicemailThatIsStillMade) {
  answers_ = {MakeResponse(200, kNothing),
              MakeResponse(200, R"({"data":{"status":"in-progress","recordingUrl":null}})")};

  EXPECT_THAT(Locate({"AC2"})->front().error, HasReason("VENDOR_ERROR"));
}

TEST_F(OpenPhoneAdapterTest, MapsTranscriptsOfAllRecordingsToOneTimeline) {
  answers_ = {MakeResponse(200, ReadFile("transcripts.json"))};

  const auto transcripts = Fetch({"AC1"});

  ASSERT_THAT(transcripts, IsOk());
  ASSERT_EQ(transcripts->size(), 1u);
  const auto& segments = (*transcripts)[0].transcript().segments();
  ASSERT_EQ(segments.size(), 3);
  EXPECT_EQ(segments[0].text(), "Thanks for calling.");
  EXPECT_EQ(segments[0].start_ms(), 520);
  EXPECT_EQ(segments[0].speaker_id(), "USabc123");
  EXPECT_EQ(segments[1].speaker_id(), "+14155550101");
  EXPECT_EQ(segments[1].end_ms(), 4860);
  EXPECT_EQ(segments[2].start_ms(), 61'250);
}

TEST_F(OpenPhoneAdapterTest, ReadsAllPagesOfRecordingsAndTranscripts) {
  const auto recording = [](const char* id, const char* next) {
    return MakeResponse(
        200, absl::StrCat(R"({"data":[{"status":"completed","url":"https://a.example/)", id,
                          R"("}],"nextCursor":)", next, "}"));
  };
  answers_ = {recording("1", R"("p2")"), recording("2", "null")};

  const auto addresses = Locate({"AC1"});

  ASSERT_THAT(addresses, IsOk());
  EXPECT_EQ((*addresses)[0].url, "https://a.example/1");
  EXPECT_THAT((*addresses)[0].more_urls, ElementsAre("https://a.example/2"));
  EXPECT_THAT(Asked(), ElementsAre("/calls/AC1/recordings", "/calls/AC1/recordings?after=p2"));

  answers_ = {MakeResponse(200, R"({"data":[{"duration":60,"dialogue":[{"content":"Hello.",)"
                                R"("start":1,"end":2}]}],"nextCursor":"p2"})"),
              MakeResponse(200, R"({"data":[{"duration":60,"dialogue":[{"content":"Goodbye.",)"
                                R"("start":1,"end":2}]}],"nextCursor":null})")};

  const auto transcripts = Fetch({"AC1"});

  ASSERT_THAT(transcripts, IsOk());
  ASSERT_EQ(transcripts->size(), 1u);
  ASSERT_EQ((*transcripts)[0].transcript().segments_size(), 2);
  EXPECT_EQ((*transcripts)[0].transcript().segments(1).start_ms(), 61'000);
}

TEST_F(OpenPhoneAdapterTest, TakesNoPartOfATranscriptForTheWhole) {
  const auto parts = [](const char* status) {
    return MakeResponse(
        200,
        absl::StrCat(R"({"data":[{"status":"completed","dialogue":[{"content":"Hello.",)",
                     R"("start":1,"end":2}]},{"status":")", status, R"(","dialogue":null}]})"));
  };
  answers_ = {parts("in-progress"), MakeResponse(404, "{}"), parts("failed"),
              MakeResponse(404, "{}"), parts("absent")};

  EXPECT_TRUE(Fetch({"AC1"})->empty());
  EXPECT_TRUE(Fetch({"AC1"})->empty());
  EXPECT_EQ(Fetch({"AC1"})->size(), 1u);
}

TEST_F(OpenPhoneAdapterTest, HasNoTranscriptsOutsideThePlan) {
  answers_ = {MakeResponse(403, R"({"message":"Forbidden"})"), MakeResponse(404, "{}")};

  const auto transcripts = Fetch({"AC1"});

  ASSERT_THAT(transcripts, IsOk());
  EXPECT_TRUE(transcripts->empty());
}

TEST_F(OpenPhoneAdapterTest, KeepsWhatWasWrittenDownOfAVoicemail) {
  answers_ = {MakeResponse(404, "{}"),
              MakeResponse(200, R"({"data":{"duration":31,"transcript":"Please call back."}})")};

  const auto transcripts = Fetch({"AC2"});

  ASSERT_EQ(transcripts->size(), 1u);
  EXPECT_EQ((*transcripts)[0].transcript().segments(0).text(), "Please call back.");
  EXPECT_EQ((*transcripts)[0].transcript().segments(0).end_ms(), 31'000);
}

TEST_F(OpenPhoneAdapterTest, TellsWhoOwnsTheAccount) {
  answers_ = {
      MakeResponse(200, R"({"data":[{"id":"US1","firstName":"Bo","role":"member"},)"
                        R"({"id":"US2","firstName":"Ana","lastName":"Ortiz",)"
                        R"("email":"ana@seller.example","role":"owner"}],"nextCursor":null})"),
      MakeResponse(200, ReadFile("users.json"))};
  VendorSession session = NewSession();

  const auto owned = adapter_.CheckAccess(session);
  const auto unknown = adapter_.CheckAccess(session);

  ASSERT_THAT(owned, IsOk());
  EXPECT_EQ(owned->name, "Ana Ortiz");
  EXPECT_EQ(owned->email, "ana@seller.example");
  ASSERT_THAT(unknown, IsOk());
  EXPECT_EQ(unknown->email, "");
}

TEST_F(OpenPhoneAdapterTest, CountsByListing) {
  answers_ = {MakeResponse(200, ReadFile("calls.json")), MakeResponse(200, kNothing)};
  VendorSession session = NewSession();

  const auto count = adapter_.CountCalls(session, kMarch);

  ASSERT_THAT(count, IsOk());
  EXPECT_EQ(count->calls(), 5);  // but for the one that goes on
  EXPECT_EQ(count->exactness(), common::v1::EXACTNESS_EXACT);
}

TEST_F(OpenPhoneAdapterTest, SaysThatThereAreMoreWhenItCountsNoFurther) {
  answers_ = {MakeResponse(200, ReadFile("calls.json"))};
  VendorSession session = NewSession();

  const auto count = adapter_.CountCalls(session, kMarch);

  EXPECT_EQ(count->exactness(), common::v1::EXACTNESS_LOWER_BOUND);
  EXPECT_EQ(count->calls(), 500);
}

TEST_F(OpenPhoneAdapterTest, ReadsKeptRecordsOfEveryKindAgain) {
  const auto call = ReadKept("openphone", R"({"id":"AC1","status":"completed"})",
                             common::v1::RECORD_KIND_VOICEMAIL);
  ASSERT_EQ(call.calls_size(), 1);
  EXPECT_EQ(call.calls(0).kind(), common::v1::RECORD_KIND_CALL);

  const auto message = ReadKept("openphone", R"({"id":"MS1","media":[{"url":"x"}]})",
                                common::v1::RECORD_KIND_MESSAGE);
  ASSERT_EQ(message.calls_size(), 2) << "with its attachment";
  EXPECT_EQ(message.calls(1).kind(), common::v1::RECORD_KIND_MEDIA);

  const auto broken =
      ReadKept("openphone", R"({"id":"CN1","name":5})", common::v1::RECORD_KIND_CONVERSATION);
  EXPECT_EQ(broken.calls_size(), 0);
  ASSERT_EQ(broken.unreadable_size(), 1);
  EXPECT_EQ(broken.unreadable(0).kind(), common::v1::RECORD_KIND_CONVERSATION);
}

}  // namespace
}  // namespace callimport::adapter_gateway::openphone
