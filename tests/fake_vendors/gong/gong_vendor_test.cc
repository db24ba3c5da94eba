#include "tests/fake_vendors/gong/gong_vendor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "libs/testing/fake_clock.h"
#include "tests/fake_vendors/utc_time.h"

namespace callimport::fake_vendors::gong {
namespace {

using Json = nlohmann::json;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr char kGoodKey[] = "Basic ZmFrZS1hY2Nlc3Mta2V5OmZha2UtYWNjZXNzLWtleS1zZWNyZXQ=";
constexpr char kForbiddenKey[] = "Basic ZmFrZS1mb3JiaWRkZW4ta2V5OmZha2UtYWNjZXNzLWtleS1zZWNyZXQ=";

GongOptions Calls(uint64_t calls) {
  GongOptions options;
  options.book = {.seed = 5, .calls = calls, .from = Timestamp(std::chrono::hours(490'000))};
  options.noise_bytes = 1000;
  return options;
}

class GongVendorTest : public ::testing::Test {
 protected:
  void Open(const GongOptions& options) { gong_.emplace(options, clock_, stats_, faults_); }

  HttpResponse Ask(HttpRequest request) {
    HttpResponse answer;
    gong_->Handle(request, [&](HttpResponse given) { answer = std::move(given); });
    return answer;
  }

  HttpResponse Get(const std::string& path, const std::string& key = kGoodKey) {
    HttpRequest request;
    request.method = "GET";
    request.path = path;
    request.headers = {{"authorization", key}, {"host", "127.0.0.1:1"}};
    return Ask(std::move(request));
  }

  HttpResponse Post(const std::string& path, const Json& body) {
    HttpRequest request;
    request.method = "POST";
    request.path = path;
    request.headers = {{"authorization", kGoodKey}, {"host", "127.0.0.1:1"}};
    request.body = body.dump();
    return Ask(std::move(request));
  }

  HttpResponse Fetch(const std::string& address, const std::string& range = "") {
    HttpRequest request;
    request.method = "GET";
    const std::string target = address.substr(std::string("http://127.0.0.1:1").size());
    request.path = target.substr(0, target.find('?'));
    const size_t sig = target.find("&sig=");
    const size_t expires = target.find("expires=");
    request.query = {{"expires", target.substr(expires + 8, sig - expires - 8)},
                     {"sig", target.substr(sig + 5)}};
    if (!range.empty()) request.headers = {{"range", range}};
    return Ask(std::move(request));
  }

  Json JsonOf(const HttpResponse& response) { return Json::parse(response.body.Copy()); }

  std::string AddressOf(uint64_t index) {
    const Json page = JsonOf(
        Post("/v2/calls/extensive", {{"filter", {{"callIds", {gong_->book().IdOf(index)}}}},
                                     {"contentSelector", {{"exposedFields", {{"media", true}}}}}}));
    return page["calls"][0]["media"]["audioUrl"];
  }

  callimport::testing::FakeClock clock_;
  Stats stats_{clock_};
  Faults faults_{1};
  std::optional<GongVendor> gong_;
};

TEST_F(GongVendorTest, RefusesAWrongKeyAndAForbiddenOne) {
  Open(Calls(3));

  EXPECT_EQ(Get("/v2/users", "Basic eDp5").status, 401);
  EXPECT_EQ(Get("/v2/users", "").status, 401);
  EXPECT_EQ(Get("/v2/users", kForbiddenKey).status, 403);
  EXPECT_THAT(JsonOf(Get("/v2/users", ""))["errors"], SizeIs(1));
}

TEST_F(GongVendorTest, ListsEveryCallOnceInPagesOfAHundred) {
  Open(Calls(250));
  Json body = {{"filter", Json::object()}};
  std::set<std::string> seen;
  std::vector<size_t> sizes;

  for (bool more = true; more;) {
    const Json page = JsonOf(Post("/v2/calls/extensive", body));
    EXPECT_EQ(page["records"]["totalRecords"], 250);
    sizes.push_back(page["calls"].size());
    for (const Json& call : page["calls"]) seen.insert(call["metaData"]["id"]);
    more = page["records"].contains("cursor");
    if (more) body["cursor"] = page["records"]["cursor"];
  }

  EXPECT_EQ(seen.size(), 250U);
  EXPECT_EQ(sizes, (std::vector<size_t>{100, 100, 50}));
}

TEST_F(GongVendorTest, HoldsFromInclusiveAndToExclusive) {
  Open(Calls(50));
  const Json filter = {{"fromDateTime", ToIso(gong_->book().StartOf(10))},
                       {"toDateTime", ToIso(gong_->book().StartOf(20))}};

  const Json page = JsonOf(Post("/v2/calls/extensive", {{"filter", filter}}));

  EXPECT_EQ(page["records"]["totalRecords"], 10);
  EXPECT_EQ(page["calls"][0]["metaData"]["id"], gong_->book().IdOf(10));
}

TEST_F(GongVendorTest, AnswersNothingFoundAsNotFound) {
  Open(Calls(5));

  const HttpResponse answer =
      Post("/v2/calls/extensive", {{"filter", {{"fromDateTime", "2999-01-01T00:00:00Z"}}}});

  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(JsonOf(answer)["errors"][0], "No calls found corresponding to the provided filters");
}

TEST_F(GongVendorTest, RefusesACursorWithAnotherFilter) {
  Open(Calls(250));
  const Json page = JsonOf(Post("/v2/calls/extensive", {{"filter", Json::object()}}));

  const HttpResponse answer =
      Post("/v2/calls/extensive", {{"filter", {{"fromDateTime", "2020-01-01T00:00:00Z"}}},
                                   {"cursor", page["records"]["cursor"]}});

  EXPECT_EQ(answer.status, 400);
}

TEST_F(GongVendorTest, ExplainsABadRequest) {
  Open(Calls(5));
  EXPECT_EQ(Post("/v2/calls/extensive", Json::object()).status, 400);
  EXPECT_EQ(Post("/v2/calls/extensive", {{"filter", {{"fromDateTime", "soon"}}}}).status, 400);
  EXPECT_EQ(Get("/v2/calls").status, 400);
  EXPECT_EQ(Get("/v2/calls/1").status, 404);
}

TEST_F(GongVendorTest, TellsPartiesWhoseSpeakersAreThoseOfTheTranscript) {
  GongOptions options = Calls(5);
  options.book.no_transcript_share = 0;
  Open(options);
  const Json filter = {{"callIds", {gong_->book().IdOf(3)}}};

  const Json call =
      JsonOf(Post("/v2/calls/extensive",
                  {{"filter", filter},
                   {"contentSelector", {{"exposedFields", {{"parties", true}}}}}}))["calls"][0];
  const Json transcript =
      JsonOf(Post("/v2/calls/transcript", {{"filter", filter}}))["callTranscripts"][0];

  std::set<std::string> speakers;
  for (const Json& party : call["parties"]) speakers.insert(party["speakerId"]);
  for (const Json& monologue : transcript["transcript"]) {
    EXPECT_TRUE(speakers.contains(monologue["speakerId"]));
  }
  EXPECT_EQ(call.count("media"), 0U);
}

TEST_F(GongVendorTest, LeavesCallsWithoutTranscriptOut) {
  GongOptions options = Calls(100);
  options.book.no_transcript_share = 0.5;
  Open(options);
  uint64_t with = 0;
  for (uint64_t index = 0; index < 100; ++index) with += gong_->book().HasTranscript(index) ? 1 : 0;

  const Json page = JsonOf(Post("/v2/calls/transcript", {{"filter", Json::object()}}));

  EXPECT_EQ(page["callTranscripts"].size(), with);
}

TEST_F(GongVendorTest, ServesARecordingAtItsSignedAddressWithoutCredentials) {
  Open(Calls(5));

  const HttpResponse answer = Fetch(AddressOf(2));

  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.content_type, "audio/wav");
  EXPECT_EQ(answer.body.Copy(), gong_->RecordingOf(2).content.Copy());
  EXPECT_NE(answer.body.Copy(), gong_->RecordingOf(3).content.Copy());
}

TEST_F(GongVendorTest, ServesAPartOfARecording) {
  Open(Calls(5));
  const std::string whole = gong_->RecordingOf(2).content.Copy();

  const HttpResponse part = Fetch(AddressOf(2), "bytes=900-");
  const HttpResponse beyond = Fetch(AddressOf(2), "bytes=1000-");

  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.body.Copy(), whole.substr(900));
  EXPECT_EQ(beyond.status, 416);
}

TEST_F(GongVendorTest, RefusesForgedAndExpiredAddresses) {
  Open(Calls(5));
  const std::string address = AddressOf(2);

  EXPECT_EQ(Fetch(address + "0").status, 403);
  clock_.Advance(std::chrono::hours(8));
  EXPECT_EQ(Fetch(address).status, 403);
  EXPECT_THAT(Fetch(address).body.Copy(), HasSubstr("expired"));
}

TEST_F(GongVendorTest, AllowsSoManyRequestsASecondAndSaysWhenToComeBack) {
  GongOptions options = Calls(5);
  options.per_second = 3;
  Open(options);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Get("/v2/users").status, 200);

  const HttpResponse refused = Get("/v2/users");
  clock_.Advance(std::chrono::seconds(1));

  EXPECT_EQ(refused.status, 429);
  EXPECT_THAT(refused.headers, ::testing::Contains(::testing::Pair("Retry-After", "1")));
  EXPECT_EQ(Get("/v2/users").status, 200);
}

TEST_F(GongVendorTest, BreaksOneRecordingOnCommandAndCountsIt) {
  Open(Calls(5));
  Fault fault;
  fault.kind = FaultKind::kHtml;
  fault.calls = {gong_->book().IdOf(1)};
  fault.endpoint = "media";
  faults_.Add(fault);

  EXPECT_EQ(Fetch(AddressOf(1)).content_type, "text/html");
  EXPECT_EQ(Fetch(AddressOf(2)).content_type, "audio/wav");
  EXPECT_EQ(stats_.Snapshot().Requests("media", 200), 2U);
  EXPECT_EQ(stats_.Downloads().at(gong_->book().IdOf(1)), 1U);
}

}  // namespace
}  // namespace callimport::fake_vendors::gong
