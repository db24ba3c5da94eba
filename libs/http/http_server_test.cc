#include "libs/http/http_server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <string>
#include <vector>

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

class Client {
 public:
  explicit Client(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  }
  ~Client() { close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool Send(const std::string& bytes) {
    return send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) > 0;
  }
  // Whether the server says something, or has gone, within that time.
  bool Hears(std::chrono::milliseconds patience) {
    pollfd wanted{.fd = socket_, .events = POLLIN, .revents = 0};
    return poll(&wanted, 1, static_cast<int>(patience.count())) > 0;
  }

 private:
  const int socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
};

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

// A byte now and then would otherwise keep a thread for as long as the client likes.
TEST(HttpServerTest, GivesUpClientsThatTrickle) {
  const auto server =
      HttpServer::Serve("127.0.0.1:0", [](const ServedRequest&) { return ServedAnswer{}; },
                        {.threads = 1,
                         .patience = std::chrono::milliseconds(400),
                         .max_body_bytes = 100'000,
                         .keep_alive = true});
  ASSERT_TRUE(server.ok()) << server.status();
  constexpr int kMany = 1'000;
  for (const std::string framing : {"Content-Length: 90000", "Transfer-Encoding: chunked"}) {
    const bool chunked = framing.ends_with("chunked");
    Client client((*server)->port());
    EXPECT_TRUE(client.Send("POST / HTTP/1.1\r\nHost: x\r\n" + framing + "\r\n\r\n"));
    int sent = 0;
    while (sent < kMany && !client.Hears(std::chrono::milliseconds(20)) &&
           client.Send(chunked ? "1\r\nx\r\n" : "x")) {
      ++sent;
    }
    EXPECT_LT(sent, kMany) << framing;
  }
  CurlHttpClient client;
  const std::string url = "http://127.0.0.1:" + std::to_string((*server)->port()) + "/";
  EXPECT_TRUE(client.Send({.url = url}).ok());
}

// Another server in front of this one might see the end elsewhere, and hand one client's answer to
// another.
TEST(HttpServerTest, RefusesARequestWhoseEndIsNotPlain) {
  std::atomic<int> smuggled = 0;
  const auto server = HttpServer::Serve(
      "127.0.0.1:0",
      [&](const ServedRequest& request) {
        smuggled += request.path == "/smuggled";
        return ServedAnswer{};
      },
      {.patience = std::chrono::milliseconds(300), .max_body_bytes = 1'000, .keep_alive = true});
  ASSERT_TRUE(server.ok()) << server.status();
  const std::string next = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
  std::string many;
  for (int i = 0; i < 70; ++i) many += "X-" + std::to_string(i) + ": 1\r\n";
  for (const std::string& framing : std::vector<std::string>{
           "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
           "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
           "Content-Length: 5\r\nContent-Length: 50\r\n", "Content-Length: +5\r\n",
           "Content-Length: 5, 5\r\n", "Content-Length: 0x5\r\n",
           "Content-Length: 9999999999999999999\r\n", "Transfer-Encoding: identity, chunked\r\n",
           "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n",
           many + "Content-Length: 5\r\n"}) {
    const std::string answer = Stalled(
        (*server)->port(), "POST / HTTP/1.1\r\nHost: x\r\n" + framing + "\r\n0\r\n\r\n" + next);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 400")) << framing << answer;
  }
  // What follows a body that nobody announced is not read, whatever it is.
  Stalled((*server)->port(), "POST / HTTP/1.1\r\nHost: x\r\n\r\n" + next);
  EXPECT_EQ(smuggled, 0);
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
