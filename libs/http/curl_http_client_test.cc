#include "libs/http/curl_http_client.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "libs/common/errors.h"
#include "libs/http/scripted_server.h"
#include "libs/http/tls_server_fixture.h"
#include "libs/testing/status_matchers.h"

namespace callimport::http {
namespace {

using namespace std::chrono_literals;
using testing::HasCode;
using testing::HasReason;
using testing::IsOk;
using Connection = ScriptedServer::Connection;

TEST(CurlHttpClient, ReturnsStatusHeadersAndBody) {
  ScriptedServer server(
      Always("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\nX-Request-ID:  r1 \r\n\r\nnone"));
  CurlHttpClient client;

  const auto response = client.Send({.url = server.Url("/v2/calls")});

  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->status, 404);
  EXPECT_EQ(response->headers.at("x-request-id"), "r1");
  EXPECT_EQ(response->content_length, 4);
  EXPECT_EQ(response->body, "none");
}

TEST(CurlHttpClient, SendsMethodHeadersAndBodyAsTheyAre) {
  std::string seen;
  ScriptedServer server([&](Connection& with) {
    seen = with.ReadRequest();
    with.Write(OkAnswer("{}"));
  });
  CurlHttpClient client;

  const auto response = client.Send({.method = "POST",
                                     .url = server.Url("/v2/calls/extensive"),
                                     .headers = {{"Authorization", "Basic eDp5"}},
                                     .body = R"({"filter":{}})"});

  ASSERT_THAT(response, IsOk());
  EXPECT_TRUE(seen.starts_with("POST /v2/calls/extensive HTTP/1.1\r\n")) << seen;
  EXPECT_NE(seen.find("Authorization: Basic eDp5\r\n"), std::string::npos);
  EXPECT_TRUE(seen.ends_with("\r\n\r\n{\"filter\":{}}")) << seen;
}

TEST(CurlHttpClient, KeepsItsConnectionForTheNextRequest) {
  ScriptedServer server(Always(OkAnswer("x")));
  CurlHttpClient client;

  for (int i = 0; i < 20; ++i) ASSERT_THAT(client.Send({.url = server.Url("/")}), IsOk());

  EXPECT_EQ(server.connections(), 1);
}

TEST(CurlHttpClient, ServesManyThreadsAtOnce) {
  ScriptedServer server(Always(OkAnswer("hello")));
  CurlHttpClient client;
  std::atomic<int> fine{0};

  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        for (int j = 0; j < 50; ++j) {
          const auto response = client.Send({.url = server.Url("/")});
          if (response.ok() && response->body == "hello") ++fine;
        }
      });
    }
  }

  EXPECT_EQ(fine, 400);
  EXPECT_LE(server.connections(), 8);
}

TEST(CurlHttpClient, SaysThatNobodyListens) {
  std::string url;
  {
    ScriptedServer server(Always(""));
    url = server.Url("/v2/calls?access_token=s3cret");
  }
  CurlHttpClient client;

  const auto response = client.Send({.url = url});

  EXPECT_THAT(response, HasReason("CONNECTION_FAILED"));
  EXPECT_EQ(response.status().ToString().find("s3cret"), std::string::npos);
}

TEST(CurlHttpClient, SaysThatTheConnectionClosedWithoutAnAnswer) {
  ScriptedServer server([](Connection& with) { with.ReadRequest(); });
  CurlHttpClient client;

  EXPECT_THAT(client.Send({.url = server.Url("/")}), HasReason("CONNECTION_FAILED"));
}

TEST(CurlHttpClient, GivesUpAtTheTotalDeadline) {
  ScriptedServer server([](Connection& with) {
    with.ReadRequest();
    with.ReadRequest();  // never answers
  });
  CurlHttpClient client;

  const auto response = client.Send({.url = server.Url("/"), .deadlines = {.total = 50ms}});

  EXPECT_THAT(response, HasCode(absl::StatusCode::kDeadlineExceeded));
  EXPECT_THAT(response, HasReason("RESPONSE_TIMED_OUT"));
}

TEST(CurlHttpClient, RefusesABodyBeyondTheLimit) {
  ScriptedServer server(Always(OkAnswer(std::string(1000, 'x'))));
  CurlHttpClient client;

  EXPECT_THAT(client.Send({.url = server.Url("/"), .max_body_bytes = 999}),
              HasReason("RESPONSE_TOO_LARGE"));
  EXPECT_THAT(client.Send({.url = server.Url("/"), .max_body_bytes = 1000}), IsOk());
}

TEST(CurlHttpClient, RefusesEndlessHeaders) {
  ScriptedServer server([](Connection& with) {
    with.ReadRequest();
    with.Write("HTTP/1.1 200 OK\r\n");
    for (int i = 0; with.Write("X-" + std::to_string(i) + ": " + std::string(4000, 'h') + "\r\n");
         ++i) {
    }
  });
  CurlHttpClient client;

  EXPECT_THAT(client.Send({.url = server.Url("/")}), HasReason("RESPONSE_TOO_LARGE"));
}

TEST(CurlHttpClient, LeavesRedirectsToTheCaller) {
  ScriptedServer server(
      Once("HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n"));
  CurlHttpClient client;

  const auto response = client.Send({.url = server.Url("/")});

  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->status, 302);
  EXPECT_EQ(response->headers.at("location"), "http://169.254.169.254/");
}

TEST(CurlHttpClient, DoesNotConnectToThisMachineWhenOnlyPublicAddressesAreAllowed) {
  ScriptedServer server(Always(OkAnswer("inside")));
  CurlHttpClient client;

  const auto response = client.Send({.url = server.Url("/"), .public_addresses_only = true});

  EXPECT_THAT(response, HasReason("ADDRESS_NOT_PUBLIC"));
  EXPECT_EQ(server.connections(), 0);
}

TEST(CurlHttpClient, UsesNoConnectionThatOthersWereAllowedToOpenToThisMachine) {
  ScriptedServer server(Always(OkAnswer("inside")));
  CurlHttpClient client;
  ASSERT_THAT(client.Send({.url = server.Url("/")}), IsOk());

  const auto response = client.Send({.url = server.Url("/"), .public_addresses_only = true});

  EXPECT_THAT(response, HasReason("ADDRESS_NOT_PUBLIC"));
}

// Names that mean this machine: the answer of the resolver is judged, not the name.
TEST(CurlHttpClient, ConnectsToNoNameOfThisMachine) {
  ScriptedServer server(Always(OkAnswer("inside")));
  CurlHttpClient client;
  const std::string port = server.Url("").substr(server.Url("").rfind(':'));

  for (const char* host : {"localhost", "127.1", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"}) {
    const auto response = client.Send(
        {.url = std::string("http://").append(host).append(port), .public_addresses_only = true});
    EXPECT_FALSE(response.ok()) << host;
  }
  EXPECT_EQ(server.connections(), 0);
}

TEST(CurlHttpClient, RefusesWhatIsNoWebAddress) {
  CurlHttpClient client;

  for (const char* url : {"", "ftp://a/b", "file:///etc/passwd", "http://u:p@h/", "not a url"}) {
    EXPECT_THAT(client.Send({.url = url}), HasReason("ADDRESS_INVALID")) << url;
  }
}

TEST(CurlHttpClient, SaysNothingToAServerThatNobodyVouchesFor) {
  TlsServer server;
  CurlHttpClient client;

  const auto response = client.Send({.url = server.Url("/"), .headers = {{"Authorization", "x"}}});

  EXPECT_THAT(response, HasReason("CONNECTION_FAILED"));
  EXPECT_NE(response.status().message().find("certificate"), std::string::npos)
      << response.status();
  EXPECT_FALSE(server.heard());
}

}  // namespace
}  // namespace callimport::http
