#include "libs/http/http_server.h"

#include <gmock/gmock.h>

#include "libs/http/curl_http_client.h"
#include "libs/testing/status_matchers.h"

namespace callimport::http {
namespace {

using ::testing::HasSubstr;

TEST(HttpServerTest, HandsOverPathAndDecodedQuery) {
  ServedRequest seen;
  const auto server = HttpServer::Serve("127.0.0.1:0", [&](const ServedRequest& request) {
    seen = request;
    return ServedAnswer{.status = 303, .headers = {{"Location", "/done"}}, .body = "go on"};
  });
  ASSERT_TRUE(server.ok()) << server.status();
  CurlHttpClient client;

  const auto answer = client.Send({.url = "http://127.0.0.1:" + std::to_string((*server)->port()) +
                                          "/oauth/callback/gong?code=a%2Bb&state=c+d&code=other"});

  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->status, 303);
  EXPECT_EQ(answer->headers.at("location"), "/done");
  EXPECT_EQ(answer->headers.at("cache-control"), "no-store");
  EXPECT_EQ(answer->body, "go on");
  EXPECT_EQ(seen.path, "/oauth/callback/gong");
  EXPECT_EQ(seen.query.at("code"), "a+b");
  EXPECT_EQ(seen.query.at("state"), "c d");
}

TEST(HttpServerTest, RefusesAHeadWithoutEnd) {
  const auto server =
      HttpServer::Serve("127.0.0.1:0", [&](const ServedRequest&) { return ServedAnswer{}; });
  CurlHttpClient client;

  const auto answer = client.Send({.url = "http://127.0.0.1:" + std::to_string((*server)->port()) +
                                          "/?q=" + std::string(40'000, 'x')});

  EXPECT_TRUE(!answer.ok() || answer->status >= 400);
}

class BodyTest : public ::testing::Test {
 protected:
  absl::StatusOr<Response> Post(const std::string& body,
                                std::map<std::string, std::string> headers = {}) {
    return client_.Send({.method = "POST",
                         .url = "http://127.0.0.1:" + std::to_string(server_->port()) + "/hooks",
                         .headers = std::move(headers),
                         .body = body});
  }

  ServedRequest seen_;
  std::unique_ptr<HttpServer> server_ = *HttpServer::Serve(
      "127.0.0.1:0",
      [&](const ServedRequest& request) {
        seen_ = request;
        return ServedAnswer{};
      },
      {.patience = std::chrono::seconds(2), .max_body_bytes = 100'000, .keep_alive = true});
  CurlHttpClient client_;
};

TEST_F(BodyTest, ComesByteForByteWithItsHeaders) {
  const std::string body = std::string("\0\r\n\xFF", 4) + std::string(90'000, 'x');
  const auto answer = Post(body, {{"X-Signature", "v1,Abc="}});
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(seen_.body, body);
  EXPECT_EQ(seen_.headers.at("x-signature"), "v1,Abc=");
}

TEST_F(BodyTest, IsReadInChunksToo) {
  const auto answer = Post(std::string(50'000, 'y'), {{"Transfer-Encoding", "chunked"}});
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(seen_.body, std::string(50'000, 'y'));
}

TEST_F(BodyTest, IsRefusedWhenItIsTooLong) {
  const auto answer = Post(std::string(100'001, 'x'));
  EXPECT_TRUE(!answer.ok() || answer->status == 413) << answer->status;
  EXPECT_EQ(seen_.method, "");
  EXPECT_EQ(Post("fine")->status, 200);
}

TEST(HttpServerTest, SaysThatAnAddressIsTaken) {
  const auto server =
      HttpServer::Serve("127.0.0.1:0", [&](const ServedRequest&) { return ServedAnswer{}; });
  const auto second = HttpServer::Serve("127.0.0.1:" + std::to_string((*server)->port()),
                                        [&](const ServedRequest&) { return ServedAnswer{}; });
  EXPECT_THAT(second, testing::HasReason("ADDRESS_TAKEN"));
}

TEST(HttpServerTest, EscapesWhatStandsInAPage) {
  EXPECT_EQ(EscapeHtml("<a b=\"'&"), "&lt;a b=&quot;&#39;&amp;");
}

}  // namespace
}  // namespace callimport::http
