#include "tests/fake_vendors/retreaver/retreaver_vendor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "libs/testing/fake_clock.h"

namespace callimport::fake_vendors::retreaver {
namespace {

using Json = nlohmann::json;
using Query = std::vector<std::pair<std::string, std::string>>;
using ::testing::HasSubstr;
using ::testing::Not;

RetreaverOptions Company(uint64_t calls) {
  RetreaverOptions options;
  options.book = {.seed = 5, .calls = calls, .from = Timestamp(std::chrono::hours(490'000))};
  options.noise_bytes = 1000;
  return options;
}

class RetreaverVendorTest : public ::testing::Test {
 protected:
  void Open(const RetreaverOptions& options) { vendor_.emplace(options, clock_, stats_, faults_); }

  HttpResponse Get(const std::string& path, Query query = {},
                   const std::string& key = "fake-retreaver-key",
                   const std::string& company = "2") {
    HttpRequest request;
    request.method = "GET";
    request.path = path;
    request.query = std::move(query);
    request.query.emplace_back("api_key", key);
    request.query.emplace_back("company_id", company);
    request.headers = {{"host", "127.0.0.1:1"}};
    HttpResponse answer;
    vendor_->Handle(request, [&](HttpResponse given) { answer = std::move(given); });
    return answer;
  }
  static Json JsonOf(const HttpResponse& response) { return Json::parse(response.body.Copy()); }
  static std::string LinkOf(const HttpResponse& response) {
    for (const auto& [name, value] : response.headers) {
      if (name == "Link") return value;
    }
    return "";
  }

  callimport::testing::FakeClock clock_;
  Stats stats_{clock_};
  Faults faults_{1};
  std::optional<RetreaverVendor> vendor_;
};

TEST_F(RetreaverVendorTest, TellsAWrongKeyFromAnotherCompany) {
  Open(Company(3));

  EXPECT_EQ(JsonOf(Get("/company.json"))["company"]["id"], 2);
  EXPECT_EQ(Get("/company.json", {}, "x").status, 401);
  EXPECT_EQ(Get("/company.json", {}, "fake-retreaver-key", "3").status, 403);
}

TEST_F(RetreaverVendorTest, LinksPagesUntilTheLast) {
  Open(Company(45));
  const HttpResponse first = Get("/api/v3/calls.json", {{"per_page", "20"}});
  const HttpResponse last = Get("/api/v3/calls.json", {{"per_page", "20"}, {"page", "3"}});

  EXPECT_THAT(LinkOf(first), HasSubstr("page=3>; rel=\"last\""));
  EXPECT_THAT(LinkOf(first), HasSubstr("page=2>; rel=\"next\""));
  EXPECT_THAT(LinkOf(first), HasSubstr("api_key=fake-retreaver-key"));
  EXPECT_THAT(LinkOf(last), Not(HasSubstr("rel=\"next\"")));
  EXPECT_EQ(JsonOf(first).size(), 20U);
  EXPECT_EQ(JsonOf(last).size(), 5U);
  EXPECT_EQ(LinkOf(Get("/api/v3/calls.json", {{"per_page", "100"}})), "");
}

TEST_F(RetreaverVendorTest, HasNoRecordingYetWhileACallGoesOn) {
  RetreaverOptions options = Company(5);
  options.running = 1;
  Open(options);

  const Json page = JsonOf(Get("/api/v3/calls.json", {{"order", "asc"}}));

  EXPECT_EQ(page[4]["call"]["status"], "in_progress");
  EXPECT_FALSE(page[4]["call"].contains("recording_url"));
  EXPECT_TRUE(page[3]["call"].contains("recording_url"));
}

TEST_F(RetreaverVendorTest, LeadsFromTheRecordingToItsStore) {
  Open(Company(5));
  const std::string uuid = vendor_->UuidOf(2);
  const Json call = JsonOf(Get("/api/v3/calls/" + uuid + ".json"))["call"];
  const std::string url = call["recording_url"];

  const HttpResponse answer = Get(url.substr(std::string("http://127.0.0.1:1").size()));

  EXPECT_EQ(call["uuid"], uuid);
  EXPECT_EQ(answer.status, 302);
  EXPECT_EQ(Get("/api/v3/calls/00000000-0000-4000-8000-000000000000.json").status, 404);
}

TEST_F(RetreaverVendorTest, ListsTrackingNumbersInPagesOfTwentyFive) {
  RetreaverOptions options = Company(5);
  options.numbers = 60;
  Open(options);

  EXPECT_EQ(JsonOf(Get("/numbers.json")).size(), 25U);
  EXPECT_EQ(JsonOf(Get("/numbers.json", {{"page", "2"}, {"per_page", "100"}})).size(), 25U);
  const HttpResponse last = Get("/numbers.json", {{"page", "3"}});
  EXPECT_EQ(JsonOf(last).size(), 10U);
  EXPECT_EQ(JsonOf(last)[9]["number"]["id"], 5059);
}

TEST_F(RetreaverVendorTest, AllowsSoManyRequestsAMinute) {
  RetreaverOptions options = Company(5);
  options.per_minute = 3;
  Open(options);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Get("/numbers.json").status, 200);

  EXPECT_EQ(Get("/numbers.json").status, 429);
  clock_.Advance(std::chrono::seconds(60));
  EXPECT_EQ(JsonOf(Get("/numbers.json")).size(), 12U);
}

}  // namespace
}  // namespace callimport::fake_vendors::retreaver
