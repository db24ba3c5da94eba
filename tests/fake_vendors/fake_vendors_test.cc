// The whole server, over sockets.
#include "tests/fake_vendors/fake_vendors.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <nlohmann/json.hpp>

#include "libs/testing/status_matchers.h"

namespace callimport::fake_vendors {
namespace {

using ::callimport::testing::HasCode;
using ::callimport::testing::IsOk;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class Client {
 public:
  explicit Client(int port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  }
  ~Client() { close(socket_); }

  void Send(const std::string& text) {
    ASSERT_EQ(send(socket_, text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
  }

  // Until the server closes; an empty text when it broke the connection.
  std::string ReadAll() {
    std::string all;
    std::array<char, 4096> buffer;
    while (true) {
      const ssize_t got = recv(socket_, buffer.data(), buffer.size(), 0);
      if (got < 0) return "";
      if (got == 0) return all;
      all.append(buffer.data(), static_cast<size_t>(got));
    }
  }

 private:
  const int socket_;
};

class FakeVendorsTest : public ::testing::Test {
 protected:
  FakeVendorsTest() {
    Options options;
    options.gong.book.calls = 5;
    options.gong.noise_bytes = 300'000;
    auto vendors = FakeVendors::Start(options);
    EXPECT_THAT(vendors, IsOk());
    vendors_ = *std::move(vendors);
  }

  std::string Exchange(const std::string& request) {
    Client client(vendors_->port());
    client.Send(request);
    return client.ReadAll();
  }

  std::string Get(const std::string& target, const std::string& method = "GET") {
    return Exchange(method + " " + target + " HTTP/1.1\r\nConnection: close\r\n\r\n");
  }

  std::string Post(const std::string& target, const std::string& body) {
    return Exchange("POST " + target +
                    " HTTP/1.1\r\nHost: v\r\nConnection: close\r\n"
                    "Authorization: Basic ZmFrZS1hY2Nlc3Mta2V5OmZha2UtYWNjZXNzLWtleS1zZWNyZXQ=\r\n"
                    "Content-Length: " +
                    std::to_string(body.size()) + "\r\n\r\n" + body);
  }

  std::string MediaTarget(uint64_t index) {
    const std::string answer = Post(
        "/v2/calls/extensive", R"({"filter":{"callIds":[")" + vendors_->gong().book().IdOf(index) +
                                   R"("]},"contentSelector":{"exposedFields":{"media":true}}})");
    const std::string body = answer.substr(answer.find("\r\n\r\n") + 4);
    const std::string url = nlohmann::json::parse(body)["calls"][0]["media"]["audioUrl"];
    return url.substr(std::string("http://v").size());
  }

  void Order(const std::string& fault) {
    EXPECT_THAT(Post("/_control/faults", fault), StartsWith("HTTP/1.1 200"));
  }

  std::unique_ptr<FakeVendors> vendors_;
};

TEST_F(FakeVendorsTest, SendsAWholeRecording) {
  const std::string answer = Get(MediaTarget(1));

  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(answer.ends_with("\r\n\r\n" + vendors_->gong().RecordingOf(1).content.Copy()));
}

TEST_F(FakeVendorsTest, AnswersSeveralRequestsOnOneConnection) {
  Client client(vendors_->port());

  client.Send("GET /_control/health HTTP/1.1\r\n\r\nGET /_control/health HTTP/1.1\r\n\r\n");
  client.Send("GET /nowhere HTTP/1.1\r\nConnection: close\r\n\r\n");

  const std::string answers = client.ReadAll();
  EXPECT_EQ(answers.find("HTTP/1.1 200"), 0U);
  EXPECT_NE(answers.find("HTTP/1.1 200", 1), std::string::npos);
  EXPECT_THAT(answers, HasSubstr("HTTP/1.1 404"));
}

TEST_F(FakeVendorsTest, TruncatesOnCommand) {
  Order(R"({"kind":"truncated","kept":0.1,"match":{"endpoint":"media"}})");

  const std::string answer = Get(MediaTarget(1));

  EXPECT_THAT(answer, HasSubstr("Content-Length: 300000"));
  EXPECT_EQ(answer.size() - answer.find("\r\n\r\n") - 4, 30'000U);
}

TEST_F(FakeVendorsTest, BreaksTheConnectionOnCommand) {
  Order(R"({"kind":"reset","match":{"endpoint":"media"}})");

  EXPECT_EQ(Get(MediaTarget(1)), "");
  EXPECT_EQ(vendors_->stats().Snapshot().Requests("media", 0), 1U);
}

TEST_F(FakeVendorsTest, TakesItsTimeOnCommandAndStillSendsAll) {
  Order(R"({"kind":"slow","ms_per_chunk":1,"chunk_bytes":100000,"match":{"endpoint":"media"}})");

  const std::string answer = Get(MediaTarget(1));

  EXPECT_TRUE(answer.ends_with(vendors_->gong().RecordingOf(1).content.Copy()));
}

TEST_F(FakeVendorsTest, ForgetsFaultsOnCommand) {
  Order(R"({"kind":"status","status":503})");
  EXPECT_THAT(Post("/v2/calls/transcript", R"({"filter":{}})"), StartsWith("HTTP/1.1 503"));

  Get("/_control/faults", "DELETE");

  EXPECT_THAT(Post("/v2/calls/extensive", R"({"filter":{}})"), StartsWith("HTTP/1.1 200"));
}

TEST_F(FakeVendorsTest, TellsTheTruthAboutACall) {
  const std::string id = vendors_->gong().book().IdOf(3);

  EXPECT_THAT(Get("/_control/truth?call=" + id), HasSubstr("\"id\":\"" + id + "\""));
  EXPECT_THAT(Get("/_control/truth?call=1"), StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(Get("/_control/truth?count=2"), EndsWith("}]"));
}

TEST_F(FakeVendorsTest, SaysThatAPortIsTaken) {
  Options options;
  options.port = vendors_->port();
  EXPECT_THAT(FakeVendors::Start(options), HasCode(absl::StatusCode::kUnavailable));
}

}  // namespace
}  // namespace callimport::fake_vendors
