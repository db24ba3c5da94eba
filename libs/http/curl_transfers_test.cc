#include "libs/http/curl_transfers.h"

#include <gtest/gtest.h>

#include <array>
#include <optional>

#include "libs/common/errors.h"
#include "libs/http/curl_http_client.h"
#include "libs/http/scripted_server.h"
#include "libs/testing/status_matchers.h"

namespace callimport::http {
namespace {

using namespace std::chrono_literals;
using testing::HasCode;
using testing::HasReason;
using testing::IsOk;
using Connection = ScriptedServer::Connection;

// What one transfer brought.
struct Received {
  Head head;
  std::string body;
  std::optional<absl::Status> end;

  TransferSink Sink() {
    return {.on_head =
                [this](const Head& it) {
                  head = it;
                  return absl::OkStatus();
                },
            .on_chunk =
                [this](std::string_view chunk) {
                  body.append(chunk);
                  return absl::OkStatus();
                },
            .on_end = [this](const absl::Status& status) { end = status; }};
  }
};

class CurlTransfersTest : public ::testing::Test {
 protected:
  void RunToTheEnd() {
    while (transfers_->under_way() > 0) transfers_->Run(1s);
  }

  // Of one transfer alone.
  absl::Status EndOf(const Request& request, TransferSink sink) {
    absl::Status end;
    sink.on_end = [&](const absl::Status& status) { end = status; };
    transfers_->Start(request, std::move(sink));
    RunToTheEnd();
    return end;
  }
  absl::Status EndOf(const Request& request) { return EndOf(request, received_.Sink()); }

  CurlHttpClient client_;
  std::unique_ptr<Transfers> transfers_ = client_.NewTransfers();
  Received received_;
};

TEST_F(CurlTransfersTest, BringsSeveralAnswersAtOnce) {
  ScriptedServer server(Always(OkAnswer(std::string(300'000, 'x'), "X-Kind: sound\r\n")));
  std::array<Received, 8> all;
  for (Received& each : all) transfers_->Start({.url = server.Url("/")}, each.Sink());

  RunToTheEnd();

  for (const Received& each : all) {
    EXPECT_THAT(*each.end, IsOk());
    EXPECT_EQ(each.head.headers.at("x-kind"), "sound");
    EXPECT_EQ(each.body.size(), 300'000u);
  }
}

TEST_F(CurlTransfersTest, KeepsConnectionsForTheNextTransfersToo) {
  ScriptedServer server(Always(OkAnswer("sound")));
  EXPECT_THAT(EndOf({.url = server.Url("/1")}), IsOk());
  EXPECT_THAT(EndOf({.url = server.Url("/2")}), IsOk());
  transfers_.reset();
  transfers_ = client_.NewTransfers();
  EXPECT_THAT(EndOf({.url = server.Url("/3")}), IsOk());

  EXPECT_EQ(server.connections(), 1);
}

TEST_F(CurlTransfersTest, UseNoConnectionThatOthersWereAllowedToOpenToThisMachine) {
  ScriptedServer server(Always(OkAnswer("inside")));
  ASSERT_THAT(EndOf({.url = server.Url("/")}), IsOk());

  EXPECT_THAT(EndOf({.url = server.Url("/"), .public_addresses_only = true}),
              HasReason("ADDRESS_NOT_PUBLIC"));
}

TEST_F(CurlTransfersTest, OneThatFailsLeavesTheOthersAlone) {
  ScriptedServer good(Always(OkAnswer("sound")));
  ScriptedServer bad(Once("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this"));
  Received whole, cut, nowhere;
  transfers_->Start({.url = bad.Url("/")}, cut.Sink());
  transfers_->Start({.url = "no address"}, nowhere.Sink());
  transfers_->Start({.url = good.Url("/")}, whole.Sink());

  RunToTheEnd();

  EXPECT_THAT(*cut.end, HasReason("RESPONSE_TRUNCATED"));
  EXPECT_THAT(*nowhere.end, HasReason("ADDRESS_INVALID"));
  EXPECT_THAT(*whole.end, IsOk());
  EXPECT_EQ(whole.body, "sound");
}

TEST_F(CurlTransfersTest, AnEndMayStartAnotherTransfer) {
  ScriptedServer server(Always(OkAnswer("sound")));
  Received before;
  TransferSink first = before.Sink();
  first.on_end = [&](const absl::Status&) {
    transfers_->Start({.url = server.Url("/2")}, received_.Sink());
  };
  transfers_->Start({.url = server.Url("/1")}, std::move(first));

  RunToTheEnd();

  EXPECT_EQ(received_.body, "sound");
}

TEST_F(CurlTransfersTest, DropsWhatIsUnderWay) {
  ScriptedServer server([](Connection& with) {
    with.ReadRequest();
    with.ReadRequest();
  });
  transfers_->Start({.url = server.Url("/")}, received_.Sink());
  transfers_->Run(0ms);

  transfers_.reset();

  EXPECT_FALSE(received_.end.has_value());
}

TEST_F(CurlTransfersTest, FindsThatABodyWasCutShort) {
  ScriptedServer server(Once("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this"));

  const absl::Status status = EndOf({.url = server.Url("/media/1.wav?sig=s3cret")});

  EXPECT_THAT(status, HasCode(absl::StatusCode::kDataLoss));
  EXPECT_THAT(status, HasReason("RESPONSE_TRUNCATED"));
  EXPECT_EQ(status.ToString().find("s3cret"), std::string::npos);
  EXPECT_EQ(received_.body, "only this");
}

TEST_F(CurlTransfersTest, FindsThatAChunkedBodyWasCutShort) {
  ScriptedServer server(
      Once("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"));

  EXPECT_THAT(EndOf({.url = server.Url("/")}), HasReason("RESPONSE_TRUNCATED"));
}

TEST_F(CurlTransfersTest, GivesUpWhenTheServerFallsSilent) {
  ScriptedServer server([](Connection& with) {
    with.ReadRequest();
    with.Write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    with.ReadRequest();
  });

  EXPECT_THAT(EndOf({.url = server.Url("/"), .deadlines = {.idle = 50ms, .total = 0ms}}),
              HasReason("RESPONSE_TIMED_OUT"));
}

TEST_F(CurlTransfersTest, StopsWhenNobodyWaitsAnyMore) {
  ScriptedServer server([](Connection& with) {
    with.ReadRequest();
    with.ReadRequest();
  });

  EXPECT_THAT(EndOf({.url = server.Url("/"), .cancelled = [] { return true; }}),
              HasCode(absl::StatusCode::kCancelled));
}

TEST_F(CurlTransfersTest, ReturnsTheErrorOfTheSink) {
  ScriptedServer server(Always(OkAnswer(std::string(100'000, 'x'))));
  TransferSink sink = received_.Sink();
  sink.on_chunk = [](std::string_view) {
    return Error(absl::StatusCode::kAborted, "ENOUGH", "enough");
  };

  EXPECT_THAT(EndOf({.url = server.Url("/")}, std::move(sink)), HasReason("ENOUGH"));
}

TEST_F(CurlTransfersTest, ReturnsTheErrorOfTheHeadSinkBeforeAnyBody) {
  ScriptedServer server(Always(OkAnswer("body")));
  TransferSink sink = received_.Sink();
  sink.on_head = [](const Head&) { return Error(absl::StatusCode::kNotFound, "GONE", "gone"); };

  EXPECT_THAT(EndOf({.url = server.Url("/")}, std::move(sink)), HasReason("GONE"));
  EXPECT_EQ(received_.body, "");
}

}  // namespace
}  // namespace callimport::http
