#include "services/adapter-gateway/media/media_fetcher.h"

#include <gtest/gtest.h>

#include "libs/common/errors.h"
#include "libs/http/fake_http_client.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/status_matchers.h"
#include "services/adapter-gateway/platforms/gong/adapter.h"

namespace callimport::adapter_gateway {
namespace {

using namespace std::chrono_literals;
using http::MakeResponse;
using testing::HasCode;
using testing::HasReason;
using testing::IsOk;

// Gong hands out https://media.example/1, /2 …, a new one for every look-up.
class MediaFetcherTest : public ::testing::Test {
 protected:
  MediaFetcherTest() {
    platform_.adapter = std::make_unique<gong::Adapter>(clock_);
    platform_.descriptor.set_platform("gong");
    auto access = std::make_shared<Access>();
    access->base_url = "https://api.gong.io";
    access->account = "gong/1";
    account_ = {&platform_, access};
  }

  absl::StatusOr<http::Response> Answer(const http::Request& request) {
    if (!request.url.starts_with("https://api.gong.io")) return media_(request);
    ++look_ups_;
    return MakeResponse(200, R"({"calls":[{"metaData":{"id":"7"},"media":{"audioUrl":)"
                             R"("https://media.example/)" +
                                 std::to_string(look_ups_) + R"(?sig=s"}}]})");
  }

  absl::Status Fetch() {
    return fetcher_.Fetch(account_, "7", {.until = clock_.Now() + 20s},
                          {.on_head =
                               [this](const http::Head& head) {
                                 head_ = head;
                                 return absl::OkStatus();
                               },
                           .on_chunk =
                               [this](std::string_view chunk) {
                                 received_.append(chunk);
                                 return absl::OkStatus();
                               }});
  }

  testing::FakeClock clock_;
  std::function<absl::StatusOr<http::Response>(const http::Request&)> media_;
  http::FakeHttpClient http_{[this](const http::Request& request) { return Answer(request); }};
  QuotaBroker quota_{clock_};
  VendorLine line_{.http = http_, .quota = quota_, .clock = clock_, .pause = [this](auto pause) {
                     clock_.Advance(pause);
                   }};
  AddressBook addresses_{clock_, {.linger = 0ms}};
  DownloadSlots slots_{clock_};
  MediaFetcher fetcher_{line_, addresses_, slots_};
  Platform platform_{.descriptor = {},
                     .terms = {.name = "Gong",
                               .quota = {},
                               .egress = EgressRules({"api.gong.io"}, {}, false),
                               .metrics = std::make_unique<VendorMetrics>("gong")},
                     .adapter = nullptr};
  VendorAccount account_;
  http::Head head_;
  std::string received_;
  int look_ups_ = 0;
};

TEST_F(MediaFetcherTest, StreamsTheRecordingWithoutTheVendorsKey) {
  media_ = [](const auto&) {
    return MakeResponse(200, std::string(100'000, 'a'), {{"content-type", "audio/mpeg"}});
  };

  EXPECT_THAT(Fetch(), IsOk());

  EXPECT_EQ(received_.size(), 100'000u);
  EXPECT_EQ(head_.headers.at("content-type"), "audio/mpeg");
  const http::Request request = http_.requests().back();
  EXPECT_EQ(request.headers.count("Authorization"), 0u);
  EXPECT_TRUE(request.public_addresses_only);
  EXPECT_EQ(request.deadlines.total, 0ms);
}

TEST_F(MediaFetcherTest, LooksUpAFreshAddressOnceWhenTheOldOneHasExpired) {
  media_ = [](const http::Request& request) {
    return request.url.starts_with("https://media.example/1") ? MakeResponse(403, "expired")
                                                              : MakeResponse(200, "sound");
  };

  EXPECT_THAT(Fetch(), IsOk());

  EXPECT_EQ(received_, "sound");
  EXPECT_EQ(look_ups_, 2);
}

TEST_F(MediaFetcherTest, SaysThatThereIsNoRecordingWhenAFreshAddressDoesNotHelp) {
  media_ = [](const auto&) { return MakeResponse(404, ""); };

  EXPECT_THAT(Fetch(), HasReason("RECORDING_MISSING"));
  EXPECT_EQ(look_ups_, 2);
}

TEST_F(MediaFetcherTest, TriesAgainWhenTheStorageHasTrouble) {
  int tries = 0;
  media_ = [&](const auto&) {
    return ++tries < 3 ? MakeResponse(503, "") : MakeResponse(200, "sound");
  };

  EXPECT_THAT(Fetch(), IsOk());
  EXPECT_EQ(look_ups_, 1);
}

TEST_F(MediaFetcherTest, GivesUpWhenTheTroubleStays) {
  media_ = [](const auto&) { return MakeResponse(500, ""); };

  EXPECT_THAT(Fetch(), HasReason("VENDOR_ERROR"));
  EXPECT_EQ(received_, "");
}

TEST_F(MediaFetcherTest, SaysWhenTheStorageAsksToSlowDown) {
  media_ = [](const auto&) { return MakeResponse(429, "", {{"retry-after", "5"}}); };

  const absl::Status status = Fetch();

  EXPECT_THAT(status, HasReason("QUOTA_EXHAUSTED"));
  EXPECT_EQ(RetryDelayOf(status), 5s);
}

TEST_F(MediaFetcherTest, FollowsRedirectsToOtherHosts) {
  media_ = [](const http::Request& request) {
    if (request.url.starts_with("https://store.example/")) return MakeResponse(200, "sound");
    return MakeResponse(302, "", {{"location", "https://store.example/x"}});
  };

  EXPECT_THAT(Fetch(), IsOk());
  EXPECT_EQ(received_, "sound");
}

TEST_F(MediaFetcherTest, FollowsNoRedirectWithoutTls) {
  media_ = [](const auto&) {
    return MakeResponse(302, "", {{"location", "http://169.254.169.254/latest"}});
  };

  EXPECT_THAT(Fetch(), HasReason("ADDRESS_REFUSED"));
}

TEST_F(MediaFetcherTest, FollowsNoRedirectForEver) {
  media_ = [](const http::Request& request) {
    return MakeResponse(302, "", {{"location", request.url}});
  };

  EXPECT_THAT(Fetch(), HasReason("VENDOR_ERROR"));
}

TEST_F(MediaFetcherTest, EndsWhenTheReaderLeaves) {
  media_ = [](const auto&) { return MakeResponse(200, std::string(100'000, 'a')); };
  int chunks = 0;

  const absl::Status status =
      fetcher_.Fetch(account_, "7", {.until = clock_.Now() + 20s},
                     {.on_head = [](const http::Head&) { return absl::OkStatus(); },
                      .on_chunk =
                          [&](std::string_view) {
                            ++chunks;
                            return absl::CancelledError("left");
                          }});

  EXPECT_THAT(status, HasCode(absl::StatusCode::kCancelled));
  EXPECT_EQ(chunks, 1);
}

// Delivers half of what it has announced.
class TruncatingClient : public http::HttpClient {
 public:
  explicit TruncatingClient(http::HttpClient& api) : api_(api) {}
  absl::StatusOr<http::Response> Send(const http::Request& request) override {
    return api_.Send(request);
  }
  absl::Status Stream(const http::Request&, const http::HeadSink& on_head,
                      const http::ChunkSink& on_chunk) override {
    ++streams;
    absl::Status status = on_head(MakeResponse(200, "whole"));
    if (status.ok()) status = on_chunk("wh");
    return Error(absl::StatusCode::kDataLoss, "RESPONSE_TRUNCATED", "ended early");
  }
  int streams = 0;

 private:
  http::HttpClient& api_;
};

TEST_F(MediaFetcherTest, NeverLetsAPartLookWhole) {
  TruncatingClient truncating(http_);
  const VendorLine line{.http = truncating, .quota = quota_, .clock = clock_, .pause = line_.pause};
  MediaFetcher fetcher(line, addresses_, slots_);

  const absl::Status status =
      fetcher.Fetch(account_, "7", {.until = clock_.Now() + 20s},
                    {.on_head = [](const http::Head&) { return absl::OkStatus(); },
                     .on_chunk = [](std::string_view) { return absl::OkStatus(); }});

  EXPECT_THAT(status, HasCode(absl::StatusCode::kDataLoss));
  EXPECT_THAT(status, HasReason("RECORDING_TRUNCATED"));
  EXPECT_EQ(truncating.streams, 1);
}

}  // namespace
}  // namespace callimport::adapter_gateway
