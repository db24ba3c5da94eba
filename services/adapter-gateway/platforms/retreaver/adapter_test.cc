#include "services/adapter-gateway/platforms/retreaver/adapter.h"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "libs/common/proto_time.h"
#include "libs/json/iso_time.h"
#include "services/adapter-gateway/vendor/vendor_fixture.h"

namespace callimport::adapter_gateway::retreaver {
namespace {

using namespace std::chrono_literals;
using http::MakeResponse;
using ::testing::AllOf;
using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;

std::string ReadFile(const std::string& name) {
  const std::ifstream file(std::string(PLATFORMS_DIR) + "/retreaver/testdata/" + name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

const Period kMarch{.start = *json::ParseIsoTime("2026-03-01T00:00:00Z"),
                    .end = *json::ParseIsoTime("2026-04-01T00:00:00Z")};

std::string Calls(int count) {
  std::string list;
  for (int i = 0; i < count; ++i) {
    list += (i == 0 ? "" : ",") + std::string(R"({"call":{"uuid":")") + std::to_string(i) +
            R"(","status":"finished"}})";
  }
  return "[" + list + "]";
}

std::map<std::string, std::string> Links(const std::string& links) { return {{"link", links}}; }

constexpr char kTwoOfThree[] =
    R"(<https://api.gong.io/api/v3/calls.json?api_key=the-key&page=3&per_page=100>; rel="last", )"
    R"(<https://api.gong.io/api/v3/calls.json?api_key=the-key&page=2&per_page=100>; rel="next")";

class RetreaverAdapterTest : public VendorFixture {
 protected:
  RetreaverAdapterTest() {
    access_.fields.emplace("api_key", Secret("the-key"));
    access_.fields.emplace("company_id", Secret("2"));
  }

  absl::StatusOr<v1::ListCallsResponse> List(const std::string& cursor) {
    VendorSession session = NewSession();
    return adapter_.ListCalls(session, kMarch, cursor);
  }
  absl::StatusOr<v1::CountCallsResponse> Count() {
    VendorSession session = NewSession();
    return adapter_.CountCalls(session, kMarch);
  }
  absl::StatusOr<std::vector<MediaAddress>> Locate(const std::vector<std::string>& ids) {
    VendorSession session = NewSession();
    return adapter_.LocateMedia(session, ids);
  }
  void AdvanceTo(const std::string& time) {
    clock_.Advance(
        std::chrono::floor<std::chrono::milliseconds>(*json::ParseIsoTime(time) - clock_.Now()));
  }
  std::string LastUrl() const { return http_.requests().back().url; }

  Adapter adapter_{clock_};
};

TEST_F(RetreaverAdapterTest, SendsTheKeyInTheAddressAlone) {
  answers_ = {MakeResponse(200, R"({"company":{"id":2,"name":"Spring Leads"}})")};
  VendorSession session = NewSession();

  const auto profile = adapter_.CheckAccess(session);

  ASSERT_THAT(profile, IsOk());
  EXPECT_EQ(profile->name, "Spring Leads");
  EXPECT_TRUE(adapter_.Authorize(access_).empty());
  EXPECT_THAT(LastUrl(), HasSubstr("/company.json?api_key=the-key&company_id=2"));
}

TEST_F(RetreaverAdapterTest, TellsAKeyOfAnotherCompany) {
  answers_ = {MakeResponse(200, R"({"company":{"id":3}})")};
  VendorSession session = NewSession();

  EXPECT_THAT(adapter_.CheckAccess(session), HasReason("MISSING_PERMISSION"));
}

TEST_F(RetreaverAdapterTest, NeverShowsTheKeyThatTheVendorQuotes) {
  answers_ = {MakeResponse(400, R"({"message":"bad address ?api_key=the-key&page=1"})")};

  const auto page = List("");

  EXPECT_THAT(std::string(page.status().message()), Not(HasSubstr("the-key")));
}

TEST_F(RetreaverAdapterTest, MapsACallToOurWords) {
  answers_ = {MakeResponse(200, ReadFile("calls.json"))};

  const auto page = List("");

  ASSERT_THAT(page, IsOk());
  const common::v1::CallRecord& call = page->calls(0);
  EXPECT_EQ(call.source_call_id(), "0f3c9a52-6a11-4a8e-9a55-0c1d2e3f4a5b");
  EXPECT_EQ(call.title(), "Spring campaign: call from +14155550101");
  EXPECT_EQ(json::FormatIsoTime(FromProto(call.start_time())), "2026-03-10T18:07:52.034Z");
  EXPECT_EQ(call.duration().seconds(), 125);
  EXPECT_EQ(call.parent_source_id(), "11111111-6a11-4a8e-9a55-0c1d2e3f4a5b");
  EXPECT_FALSE(call.has_transcript());
  ASSERT_EQ(call.participants_size(), 2);
  EXPECT_EQ(call.participants(0).phone(), "+14155550101");
  EXPECT_EQ(call.participants(0).affiliation(), common::v1::Participant::AFFILIATION_EXTERNAL);
  EXPECT_EQ(call.participants(1).name(), "Sam Ortiz");
  EXPECT_EQ(call.participants(1).phone(), "+14155550900");
}

TEST_F(RetreaverAdapterTest, KeepsTagsStagesAndMoneyAsTheyCame) {
  answers_ = {MakeResponse(200, ReadFile("calls.json"))};

  const auto page = List("");

  EXPECT_THAT(page->calls(0).source_metadata(),
              AllOf(HasSubstr(R"("tag_values":[{"key":"keyword","value":"solar"}])"),
                    HasSubstr(R"("event":"target_selected")"), HasSubstr(R"("revenue":5.0)"),
                    HasSubstr(R"("charge_total":"0.08")")));
  EXPECT_THAT(LastUrl(), HasSubstr("call_flow_events=true"));
}

TEST_F(RetreaverAdapterTest, ReadsOlderAndNewerFormsAndLeavesOutCallsThatGoOn) {
  answers_ = {MakeResponse(200, ReadFile("calls.json"))};

  const auto page = List("");

  ASSERT_EQ(page->calls_size(), 2);
  EXPECT_EQ(page->calls(1).title(), "Autumn: call from +14155550102");
  EXPECT_EQ(page->calls(1).duration().seconds(), 12);
  EXPECT_EQ(page->calls(1).participants_size(), 1);
  ASSERT_EQ(page->unreadable_size(), 3);
  EXPECT_EQ(page->unreadable(0).source_call_id(), "4");
}

TEST_F(RetreaverAdapterTest, AsksOldestFirstAndFollowsThePages) {
  answers_ = {MakeResponse(200, Calls(100), Links(kTwoOfThree))};

  const auto page = List("");

  EXPECT_THAT(LastUrl(), AllOf(HasSubstr("created_at_start=2026-03-01T00:00:00Z"),
                               HasSubstr("created_at_end=2026-03-31T23:59:59.999Z"),
                               HasSubstr("order=asc"), HasSubstr("per_page=100&page=1")));
  EXPECT_EQ(page->next_cursor(), "2");
  List("2").IgnoreError();
  EXPECT_THAT(LastUrl(), HasSubstr("&page=2"));
}

TEST_F(RetreaverAdapterTest, EndsWithAShortPageOrTheOneWithoutANextLink) {
  answers_ = {MakeResponse(200, Calls(7))};
  EXPECT_EQ(List("3")->next_cursor(), "numbers");
  answers_ = {MakeResponse(200, Calls(100), Links(R"(<https://a.example/?page=3>; rel="last")"))};
  EXPECT_EQ(List("3")->next_cursor(), "numbers");
  answers_ = {MakeResponse(200, Calls(100))};
  EXPECT_EQ(List("3")->next_cursor(), "4");
  answers_ = {MakeResponse(200, "[]")};
  EXPECT_EQ(List("4")->next_cursor(), "numbers");
}

TEST_F(RetreaverAdapterTest, ListsTheTrackingNumbersAtTheEnd) {
  answers_ = {MakeResponse(200, R"([{"number":{"id":5,"number":"+16479311232","sid":"web",)"
                                R"("created_at":"2012-04-18T06:05:05Z"}}])")};

  const auto page = List("numbers");

  ASSERT_THAT(page, IsOk());
  ASSERT_EQ(page->calls_size(), 1);
  EXPECT_EQ(page->calls(0).kind(), common::v1::RECORD_KIND_PHONE_NUMBER);
  EXPECT_EQ(page->calls(0).source_call_id(), "5");
  EXPECT_EQ(page->calls(0).participants(0).phone(), "+16479311232");
  EXPECT_EQ(page->next_cursor(), "");
}

TEST_F(RetreaverAdapterTest, FollowsThePagesOfTheTrackingNumbers) {
  answers_ = {MakeResponse(200, "[]", Links(kTwoOfThree)),
              MakeResponse(200, "[]", Links(R"(<https://a.example/?page=3>; rel="last")"))};

  EXPECT_EQ(List("numbers")->next_cursor(), "numbers2");
  EXPECT_THAT(LastUrl(), HasSubstr("/numbers.json?api_key=the-key&company_id=2&page=1"));
  EXPECT_EQ(List("numbers2")->next_cursor(), "");
  EXPECT_THAT(LastUrl(), HasSubstr("&page=2"));
  EXPECT_THAT(List("numbersX"), HasReason("VENDOR_REFUSED"));
}

TEST_F(RetreaverAdapterTest, FindsNoTrackingNumbersWhereThereAreNone) {
  answers_ = {MakeResponse(404, "Not Found")};

  const auto page = List("numbers");

  ASSERT_THAT(page, IsOk());
  EXPECT_EQ(page->calls_size() + page->unreadable_size(), 0);
  EXPECT_EQ(page->next_cursor(), "");
}

TEST_F(RetreaverAdapterTest, CountsByItsLastPage) {
  AdvanceTo("2026-05-01T00:00:00Z");
  answers_ = {MakeResponse(200, Calls(100), Links(kTwoOfThree)), MakeResponse(200, Calls(17))};

  const auto count = Count();

  ASSERT_THAT(count, IsOk());
  EXPECT_EQ(count->calls(), 217);
  EXPECT_EQ(count->exactness(), common::v1::EXACTNESS_EXACT);
}

TEST_F(RetreaverAdapterTest, OnlyEstimatesWhileCallsMayGoOn) {
  AdvanceTo("2026-03-20T00:00:00Z");
  answers_ = {MakeResponse(200, Calls(7))};

  EXPECT_EQ(Count()->calls(), 7);
  EXPECT_EQ(Count()->exactness(), common::v1::EXACTNESS_ESTIMATE);
}

TEST_F(RetreaverAdapterTest, LocatesRecordingsAndAsksForThemWithTls) {
  answers_ = {MakeResponse(200, R"({"call":{"recording_url":"http://callpixels.example/a.mp3"}})"),
              MakeResponse(200, R"({"call":{"updated_at":"2020-01-01T00:00:00Z"}})"),
              MakeResponse(404, "Not Found")};

  const auto addresses = Locate({"1", "2", "3"});

  ASSERT_THAT(addresses, IsOk());
  ASSERT_EQ(addresses->size(), 2u);
  EXPECT_EQ((*addresses)[0].url, "https://callpixels.example/a.mp3");
  EXPECT_EQ((*addresses)[1].url, "");
  EXPECT_THAT((*addresses)[1].error, IsOk());
}

TEST_F(RetreaverAdapterTest, WaitsForARecordingThatMayStillCome) {
  AdvanceTo("2026-05-01T00:00:00Z");
  answers_ = {MakeResponse(200, R"({"call":{"updated_at":"2026-04-30T23:55:00Z"}})")};

  EXPECT_THAT((*Locate({"1"}))[0].error, HasReason("VENDOR_ERROR"));
}

TEST_F(RetreaverAdapterTest, KeepsWhatWasFoundBeforeTheQuotaWasUsedUp) {
  answers_ = {MakeResponse(200, R"({"call":{"recording_url":"https://a.example/1.mp3"}})"),
              MakeResponse(429, "Too many requests")};

  const auto addresses = Locate({"1", "2", "3"});

  ASSERT_THAT(addresses, IsOk());
  EXPECT_EQ((*addresses)[0].url, "https://a.example/1.mp3");
  EXPECT_THAT((*addresses)[1].error, HasReason("QUOTA_EXHAUSTED"));
  EXPECT_THAT((*addresses)[2].error, HasReason("QUOTA_EXHAUSTED"));
  EXPECT_EQ(http_.requests().size(), 2u);
}

}  // namespace
}  // namespace callimport::adapter_gateway::retreaver
