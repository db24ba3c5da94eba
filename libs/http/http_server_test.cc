#include "libs/http/http_server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>

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

// Sends this and no more; what came back when the server ended the connection.
std::string Stalled(int port, const std::string& sent) {
  const int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const timeval patience{.tv_sec = 10, .tv_usec = 0};
  setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  std::string answer = "no connection";
  if (connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 &&
      send(client, sent.data(), sent.size(), MSG_NOSIGNAL) > 0) {
    answer.clear();
    std::array<char, 1024> piece;
    ssize_t got = 0;
    while ((got = recv(client, piece.data(), piece.size(), 0)) > 0) {
      answer.append(piece.data(), static_cast<size_t>(got));
    }
    if (got < 0) answer = "still open";
  }
  close(client);
  return answer;
}

TEST(HttpServerTest, GivesUpClientsThatStall) {
  bool handled = false;
  const auto server = HttpServer::Serve("127.0.0.1:0",
                                        [&](const ServedRequest&) {
                                          handled = true;
                                          return ServedAnswer{};
                                        },
                                        {.threads = 1,
                                         .patience = std::chrono::milliseconds(300),
                                         .max_body_bytes = 1'000,
                                         .keep_alive = true});
  ASSERT_TRUE(server.ok()) << server.status();
  const int port = (*server)->port();

  EXPECT_NE(Stalled(port, "POST / HTTP/1.1\r\nHost: x\r\nContent-"), "still open");
  EXPECT_NE(Stalled(port, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf"),
            "still open");
  EXPECT_FALSE(handled);
  CurlHttpClient client;
  EXPECT_TRUE(client.Send({.url = "http://127.0.0.1:" + std::to_string(port) + "/"}).ok());
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
