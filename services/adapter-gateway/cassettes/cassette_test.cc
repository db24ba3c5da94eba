#include "services/adapter-gateway/cassettes/cassette.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "libs/common/errors.h"
#include "libs/crypto/base64.h"
#include "libs/crypto/digest.h"
#include "libs/http/fake_http_client.h"
#include "libs/http/url.h"
#include "libs/testing/status_matchers.h"
#include "services/adapter-gateway/cassettes/deck.h"
#include "services/adapter-gateway/cassettes/player.h"
#include "services/adapter-gateway/cassettes/recorder.h"

namespace callimport::adapter_gateway {
namespace {

using namespace std::string_literals;
using http::MakeResponse;
using testing::HasReason;
using testing::IsOk;

constexpr char kKey[] = "canary/kq7+Zw0a";
constexpr char kPassword[] = "canaryzx93LmVbQe";

std::vector<std::string> FormsOf(const std::string& secret) {
  return {secret, http::EscapeQuery(secret), crypto::ToBase64(secret), crypto::ToHex(secret)};
}

class CassetteTest : public ::testing::Test {
 protected:
  ~CassetteTest() override { std::remove(file_.c_str()); }

  std::unique_ptr<CassetteRecorder> Record() { return *CassetteRecorder::Open(http_, file_); }
  std::string Content() const {
    const std::ifstream stream(file_);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
  }
  CassettePlayer Player() const { return CassettePlayer(*ReadCassette(file_)); }

  static http::Request Asking(const std::string& url, const std::string& body = "") {
    return {
        .method = body.empty() ? "GET" : "POST",
        .url = url,
        .headers = {{"Authorization",
                     absl::StrCat("Basic ", crypto::ToBase64(absl::StrCat(kKey, ":", kPassword)))}},
        .body = body};
  }
  static std::string Received(http::HttpClient& client, const std::string& url,
                              absl::Status* end = nullptr) {
    std::string body;
    const auto transfers = client.NewTransfers();
    transfers->Start({.url = url}, {.on_head = [](const auto&) { return absl::OkStatus(); },
                                    .on_chunk =
                                        [&](std::string_view chunk) {
                                          body.append(chunk);
                                          return absl::OkStatus();
                                        },
                                    .on_end =
                                        [&](const absl::Status& status) {
                                          if (end != nullptr) *end = status;
                                        }});
    while (transfers->under_way() > 0) transfers->Run(std::chrono::seconds(1));
    return body;
  }

  const std::string file_ =
      absl::StrCat(::testing::TempDir(), "/cassette-", reinterpret_cast<uintptr_t>(this), ".jsonl");
  std::function<absl::StatusOr<http::Response>(const http::Request&)> vendor_ = [](const auto&) {
    return MakeResponse(200, "{}");
  };
  http::FakeHttpClient http_{[this](const http::Request& request) { return vendor_(request); }};
};

TEST_F(CassetteTest, PlaysWhatWasRecordedByteForByte) {
  const std::string noise = "\xFF\x00 RIFF\r\n"s + std::string(100'000, 'n');
  vendor_ = [&](const http::Request& request) -> absl::StatusOr<http::Response> {
    if (request.url.ends_with("/media")) return MakeResponse(200, noise);
    if (request.url.ends_with("/gone")) {
      return Error(absl::StatusCode::kUnavailable, "CONNECTION_FAILED", "nobody");
    }
    return MakeResponse(429, "{\"a\": [1,  2.50], \"b\":\"\\u00e4\\ud83d\\ude00\"}\n",
                        {{"retry-after", "7"}, {"content-type", "application/json"}});
  };
  {
    const auto recorder = Record();
    EXPECT_THAT(recorder->Send(Asking("https://v.example/calls", "{\"x\":1}")), IsOk());
    EXPECT_EQ(Received(*recorder, "https://v.example/media"), noise);
    EXPECT_FALSE(recorder->Send(Asking("https://v.example/gone")).ok());
    EXPECT_EQ(recorder->left_out(), 0);
  }

  CassettePlayer player = Player();

  const auto played = player.Send(Asking("https://v.example/calls", "{\"x\":1}"));
  ASSERT_THAT(played, IsOk());
  EXPECT_EQ(played->status, 429);
  EXPECT_EQ(played->headers.at("retry-after"), "7");
  EXPECT_EQ(played->body, "{\"a\": [1,  2.50], \"b\":\"\\u00e4\\ud83d\\ude00\"}\n");
  EXPECT_EQ(Received(player, "https://v.example/media"), noise);
  EXPECT_THAT(player.Send(Asking("https://v.example/gone")), HasReason("CONNECTION_FAILED"));
  EXPECT_TRUE(player.unanswered().empty());
}

TEST_F(CassetteTest, HoldsNoSecretWhateverTheVendorQuotes) {
  std::string quoted;
  for (const char* secret : {kKey, kPassword}) {
    for (const std::string& form : FormsOf(secret)) absl::StrAppend(&quoted, form, " ");
  }
  const std::string pair = crypto::ToBase64(absl::StrCat(kKey, ":", kPassword));
  vendor_ = [&](const http::Request& request) {
    return MakeResponse(401,
                        absl::StrCat(R"({"errors":["bad )", quoted, request.url, " ", pair,
                                     R"("],"access_token":"othercanary","url":)",
                                     R"("https://s.example/a?X-Amz-Signature=othercanary"})"),
                        {{"set-cookie", "session=othercanary"}, {"x-echo", quoted}});
  };
  const auto recorder = Record();

  EXPECT_THAT(recorder->Send(Asking(absl::StrCat("https://v.example/calls?company=2&api_key=",
                                                 http::EscapeQuery(kKey)))),
              IsOk());
  EXPECT_THAT(recorder->Send({.url = "https://v.example/later"}), IsOk());

  const std::string content = Content();
  EXPECT_NE(content.find("company=2"), std::string::npos);
  EXPECT_EQ(content.find("canary"), std::string::npos) << content;
  for (const char* secret : {kKey, kPassword}) {
    for (const std::string& form : FormsOf(secret)) {
      EXPECT_EQ(content.find(form), std::string::npos) << content;
    }
  }
  EXPECT_EQ(content.find(pair), std::string::npos);
  EXPECT_EQ(std::count(content.begin(), content.end(), '\n') + recorder->left_out(), 2);
}

TEST_F(CassetteTest, AnswersWhoeverAsksWithAnotherKeyAtAnotherTime) {
  const auto recorder = Record();
  vendor_ = [](const http::Request& request) {
    return MakeResponse(200, absl::StrCat("[", request.url.back() == '1' ? "1" : "2", "]"));
  };
  for (const char* page : {"1", "2"}) {
    EXPECT_THAT(recorder->Send(Asking(absl::StrCat("https://v.example/calls?api_key=first-key",
                                                   "&from=2026-01-0", page))),
                IsOk());
  }
  CassettePlayer player = Player();

  const auto asked = [&](const std::string& query) {
    return player.Send(Asking(absl::StrCat("https://v.example/calls?api_key=other-key", query)))
        ->body;
  };
  EXPECT_EQ(asked("&from=2026-01-02"), "[2]") << "the very page";
  EXPECT_EQ(asked("&from=2027-01-01"), "[1]");
  EXPECT_EQ(asked("&from=2027-01-01"), "[2]");
  EXPECT_EQ(asked("&from=2027-01-01"), "[2]") << "the last again";
  EXPECT_FALSE(player.Send(Asking("https://v.example/else")).ok());
  EXPECT_EQ(player.unanswered(), std::vector<std::string>{"GET https://v.example/else"});
}

TEST_F(CassetteTest, PlaysFaultsWhereTheyAreWanted) {
  {
    const auto recorder = Record();
    vendor_ = [](const auto&) { return MakeResponse(200, "[1,2,3,4]"); };
    EXPECT_THAT(recorder->Send(Asking("https://v.example/calls")), IsOk());
  }
  CassettePlayer player = Player();
  const std::vector<CassetteFault> faults = {
      CassetteFault::kUnreachable, CassetteFault::kSilent,      CassetteFault::kTrouble,
      CassetteFault::kSlowDown,    CassetteFault::kPageInstead, CassetteFault::kTruncated};
  player.set_faults([&](int answer) {
    return answer < static_cast<int>(faults.size()) ? faults[static_cast<size_t>(answer)]
                                                    : CassetteFault::kNone;
  });
  const auto ask = [&] { return player.Send(Asking("https://v.example/calls")); };

  EXPECT_THAT(ask(), HasReason("CONNECTION_FAILED"));
  EXPECT_THAT(ask(), HasReason("RESPONSE_TIMED_OUT"));
  EXPECT_EQ(ask()->status, 503);
  EXPECT_EQ(ask()->headers.at("retry-after"), "1");
  EXPECT_EQ(ask()->body.substr(0, 6), "<html>");
  absl::Status end;
  EXPECT_EQ(Received(player, "https://v.example/calls", &end), "[1,2");
  EXPECT_THAT(end, HasReason("RESPONSE_TRUNCATED"));
  EXPECT_EQ(ask()->body, "[1,2,3,4]");
}

TEST_F(CassetteTest, IsItsOwnersAlone) {
  Record();

  struct stat found{};
  ASSERT_EQ(stat(file_.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600u);
  EXPECT_THAT(CassetteRecorder::Open(http_, "/no/such/folder/x"), HasReason("CASSETTE_UNWRITABLE"));
}

TEST_F(CassetteTest, SaysWhichLineIsNone) {
  std::ofstream(file_) << R"({"method":"GET","url":"https://v.example/","status":200,"headers":[]})"
                       << "\n\n{\"method\":\"GET\"}\n";

  const auto read = ReadCassette(file_);

  EXPECT_THAT(read, HasReason("CASSETTE_INVALID"));
  EXPECT_NE(read.status().message().find(":3: "), std::string::npos) << read.status();
  EXPECT_THAT(ReadCassette("/no/such/file"), HasReason("CASSETTE_MISSING"));
}

TEST_F(CassetteTest, IsNeitherRecordedNorPlayedUnlessSomebodyWantsIt) {
  CassetteConfig config;
  EXPECT_EQ(*OpenCassette(config, http_), nullptr);
  config.set_record_file(file_);
  EXPECT_NE(*OpenCassette(config, http_), nullptr);
  config.set_replay_file(file_);
  EXPECT_FALSE(OpenCassette(config, http_).ok());
}

}  // namespace
}  // namespace callimport::adapter_gateway
