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
