#include "services/adapter-gateway/vendor/vendor_session.h"

#include "libs/common/errors.h"
#include "libs/http/url.h"
#include "services/adapter-gateway/vendor/vendor_fixture.h"

namespace callimport::adapter_gateway {
namespace {

using namespace std::chrono_literals;
using http::MakeResponse;
using testing::HasCode;
using testing::HasReason;
using testing::IsOk;

class VendorSessionTest : public VendorFixture {
 protected:
  absl::StatusOr<VendorAnswer> Ask() { return NewSession().Ask({.path = "/v2/calls"}); }
};

TEST_F(VendorSessionTest, AsksAtTheBaseAddressWithItsAuthorization) {
  answers_ = {MakeResponse(200, R"({"calls":[]})")};

  const auto answer = NewSession().Ask({.method = "POST", .path = "/v2/calls", .body = "{}"});

  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->body.root().raw(), R"({"calls":[]})");
  const http::Request request = http_.requests().front();
  EXPECT_EQ(request.url, "https://api.gong.io/v2/calls");
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.headers.at("Authorization"), "Basic eDp5");
  EXPECT_EQ(request.headers.at("Content-Type"), "application/json");
  EXPECT_TRUE(request.public_addresses_only);
}

TEST_F(VendorSessionTest, TellsABadKeyFromAMissingPermission) {
  answers_ = {MakeResponse(401, R"({"errors":["bad key"]})"), MakeResponse(403, "<html>"),
              MakeResponse(400, R"({"message":"wrong"})")};

  EXPECT_THAT(Ask(), HasReason("INVALID_KEY"));
  EXPECT_THAT(Ask(), HasReason("MISSING_PERMISSION"));
  EXPECT_THAT(Ask(), HasReason("VENDOR_REFUSED"));
  EXPECT_EQ(http_.requests().size(), 3u);
}

TEST_F(VendorSessionTest, TakesNotFoundAsAnAnswerOnlyWhereAsked) {
  answers_ = {MakeResponse(404, "{}")};

  EXPECT_THAT(Ask(), HasReason("VENDOR_REFUSED"));
  const auto answer = NewSession().Ask({.path = "/v2/calls", .not_found_is_answer = true});
  EXPECT_EQ(answer->status, 404);
}

TEST_F(VendorSessionTest, TriesAFewTimesWhenTheVendorHasTrouble) {
  answers_ = {MakeResponse(500, ""), MakeResponse(503, ""), MakeResponse(200, "{}")};

  EXPECT_THAT(Ask(), IsOk());
  EXPECT_EQ(pauses_.size(), 2u);
  EXPECT_GT(pauses_[1], pauses_[0]);
}

TEST_F(VendorSessionTest, GivesUpWhenTheTroubleStays) {
  answers_ = {MakeResponse(502, "")};

  const auto answer = Ask();

  EXPECT_THAT(answer, HasCode(absl::StatusCode::kUnavailable));
  EXPECT_THAT(answer, HasReason("VENDOR_ERROR"));
  EXPECT_EQ(http_.requests().size(), 3u);
}

TEST_F(VendorSessionTest, SaysThatTheVendorCannotBeReached) {
  answers_ = {Error(absl::StatusCode::kUnavailable, "CONNECTION_FAILED", "refused")};

  EXPECT_THAT(Ask(), HasReason("VENDOR_UNREACHABLE"));
  EXPECT_EQ(http_.requests().size(), 3u);
}

TEST_F(VendorSessionTest, TriesAgainWhenTheAnswerIsNotJson) {
  answers_ = {MakeResponse(200, "<html>busy</html>"), MakeResponse(200, "{}")};

  EXPECT_THAT(Ask(), IsOk());
}

TEST_F(VendorSessionTest, StopsTheAccountForAsLongAsTheVendorSays) {
  answers_ = {MakeResponse(429, "", {{"retry-after", "30"}})};

  const auto answer = Ask();

  EXPECT_THAT(answer, HasReason("QUOTA_EXHAUSTED"));
  EXPECT_EQ(RetryDelayOf(answer.status()), 30s);
  EXPECT_THAT(Ask(), HasReason("QUOTA_EXHAUSTED"));
  EXPECT_EQ(http_.requests().size(), 1u);
}

TEST_F(VendorSessionTest, ReadsRetryAfterAsADateToo) {
  answers_ = {MakeResponse(429, "", {{"retry-after", "Thu, 01 Jan 2026 00:01:00 GMT"}})};

  EXPECT_EQ(RetryDelayOf(Ask().status()), 60s);
}

TEST_F(VendorSessionTest, WaitsTheCatalogsTimeWhenTheVendorDoesNotSay) {
  answers_ = {MakeResponse(429, "")};

  EXPECT_EQ(RetryDelayOf(Ask().status()), 60s);
}

TEST_F(VendorSessionTest, AsksAgainAfterAShortStop) {
  QuotaBroker quota(SystemClock());
  const VendorLine line{.http = http_,
                        .quota = quota,
                        .breakers = breakers_,
                        .clock = SystemClock(),
                        .pause = line_.pause};
  answers_ = {MakeResponse(429, "", {{"retry-after", "0"}}), MakeResponse(200, "{}")};
  VendorSession session(line, terms_, access_, {}, {.until = SystemClock().Now() + 10s});
  const Timestamp start = SystemClock().Now();

  EXPECT_THAT(session.Ask({.path = "/v2/calls"}), IsOk());

  EXPECT_GE(SystemClock().Now() - start, 250ms);
}

TEST_F(VendorSessionTest, GoesBeforeTheLimitThatTheVendorSaysIsReached) {
  answers_ = {
      MakeResponse(200, "{}", {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "30"}})};

  EXPECT_THAT(Ask(), IsOk());

  EXPECT_EQ(RetryDelayOf(Ask().status()), 30s);
  EXPECT_EQ(http_.requests().size(), 1u);
}

TEST_F(VendorSessionTest, LeavesAVendorAloneThatDoesNotAnswer) {
  answers_ = {MakeResponse(503, "")};
  EXPECT_THAT(Ask(), HasReason("VENDOR_ERROR"));
  EXPECT_THAT(Ask(), HasReason("VENDOR_ERROR"));

  EXPECT_THAT(Ask(), HasReason("BREAKER_OPEN"));  // after its second try
  EXPECT_THAT(Ask(), HasReason("BREAKER_OPEN"));
  EXPECT_EQ(http_.requests().size(), 8u);

  clock_.Advance(5s);
  answers_ = {MakeResponse(200, "{}")};
  EXPECT_THAT(Ask(), IsOk());
  EXPECT_THAT(Ask(), IsOk());
}

TEST_F(VendorSessionTest, TakesARefusalForAnAnswer) {
  answers_ = {MakeResponse(400, "{}")};

  for (int i = 0; i < 20; ++i) EXPECT_THAT(Ask(), HasReason("VENDOR_REFUSED"));
}

TEST_F(VendorSessionTest, FollowsNoRedirect) {
  answers_ = {MakeResponse(302, "", {{"location", "https://elsewhere.example/"}})};

  EXPECT_THAT(Ask(), HasReason("VENDOR_REFUSED"));
  EXPECT_EQ(http_.requests().size(), 1u);
}

// Some vendors want the key in the address, and quote the address when they refuse it.
TEST_F(VendorSessionTest, TellsNoSecretThatStandsInTheAddress) {
  access_.fields.emplace("api_key", Secret("can/ary+1"));
  const std::string path = "/v2/calls?api_key=can%2Fary%2B1&company_id=2";
  answers_ = {MakeResponse(400, R"({"errors":["no: )" + path + R"( nor can/ary+1"]})"),
              MakeResponse(401, R"({"message":"can%2Fary%2B1 is not accepted"})"),
              MakeResponse(502, path),
              Error(absl::StatusCode::kUnavailable, "CONNECTION_FAILED",
                    http::WithoutQuery("https://api.gong.io" + path))};

  for (int i = 0; i < 4; ++i) {
    const auto answer = NewSession().Ask({.path = path});
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.status().ToString().find("ary"), std::string::npos) << answer.status();
  }
}

TEST_F(VendorSessionTest, AsksNobodyOutsideTheFence) {
  for (const char* base : {"https://api.gong.io.evil.example", "https://169.254.169.254",
                           "http://api.gong.io", "https://api.gong.io:8443"}) {
    access_.base_url = base;
    EXPECT_THAT(Ask(), HasReason("ADDRESS_REFUSED")) << base;
  }
  EXPECT_TRUE(http_.requests().empty());
}

TEST_F(VendorSessionTest, BoundsEveryWaitForTheVendor) {
  line_.deadlines = {.connect = 1s, .idle = 2s, .total = 3s};
  EXPECT_THAT(Ask(), IsOk());

  const http::Deadlines asked = http_.requests().front().deadlines;
  EXPECT_EQ(asked.connect, 1s);
  EXPECT_EQ(asked.idle, 2s);
  EXPECT_EQ(asked.total, 3s);
}

TEST_F(VendorSessionTest, UsesWhatItReserved) {
  terms_.quota.Set({.windows = {{.limit = 1, .period = 1h}}});
  VendorSession session = NewSession();

  EXPECT_THAT(session.Reserve(), IsOk());
  EXPECT_THAT(session.Ask({.path = "/v2/calls"}), IsOk());
  EXPECT_THAT(session.Ask({.path = "/v2/calls"}), HasReason("QUOTA_EXHAUSTED"));
}

TEST_F(VendorSessionTest, AsksNobodyElseThanTheVendor) {
  access_.base_url = "https://elsewhere.example";

  EXPECT_THAT(Ask(), HasReason("ADDRESS_REFUSED"));
  EXPECT_TRUE(http_.requests().empty());
}

TEST_F(VendorSessionTest, KeepsKeysOutOfErrors) {
  answers_ = {MakeResponse(401, R"({"errors":["key Authorization: Basic c2VjcmV0 is bad"]})")};

  EXPECT_EQ(Ask().status().ToString().find("c2VjcmV0"), std::string::npos);
}

TEST_F(VendorSessionTest, KeepsOutOfErrorsWhatTheVendorQuotes) {
  access_.fields = {{"access_key", Secret("kq7RwZ0aTf")},
                    {"access_key_secret", Secret("zx93LmVb")}};
  for (const int status : {400, 401, 403}) {
    answers_ = {MakeResponse(
        status, R"({"errors":["no user kq7RwZ0aTf with zx93LmVb (eDp5), kq7RwZ0aTf:zx93LmVb"]})")};

    const std::string said = Ask().status().ToString();

    EXPECT_THAT(said, ::testing::HasSubstr("no user [redacted] with [redacted]"));
    for (const char* secret : {"kq7RwZ0aTf", "zx93LmVb", "eDp5"}) {
      EXPECT_EQ(said.find(secret), std::string::npos) << said;
    }
  }
}

}  // namespace
}  // namespace callimport::adapter_gateway
