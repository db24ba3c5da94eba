#include "services/adapter-gateway/media/media_fetcher.h"

#include "libs/common/errors.h"
#include "libs/testing/status_matchers.h"
#include "services/adapter-gateway/media/media_fixture.h"
#include "services/adapter-gateway/platforms/gong/adapter.h"

namespace callimport::adapter_gateway {
namespace {

using namespace std::chrono_literals;
using http::MakeResponse;
using testing::HasCode;
using testing::HasReason;
using testing::IsOk;

// Gong hands out https://media.example/1/ID, /2/ID …, a new one for every look-up.
class MediaFetcherTest : public MediaFixture {
 protected:
  MediaFetcherTest() : MediaFixture("api.gong.io") {
    platform_.adapter = std::make_unique<gong::Adapter>(clock_);
    platform_.descriptor.set_platform("gong");
  }

  absl::StatusOr<http::Response> Answer(const http::Request& request) override {
    if (!request.url.starts_with("https://api.gong.io")) return media_(request);
    ++look_ups_;
    std::string calls;
    for (const char* id : {"7", "8", "9"}) {
      if (request.body.find(std::string("\"") + id) == std::string::npos) continue;
      calls += (calls.empty() ? "" : ",") + std::string(R"({"metaData":{"id":")") + id +
               R"("},"media":{"audioUrl":"https://media.example/)" + std::to_string(look_ups_) +
               "/" + id + R"(?sig=s"}})";
    }
    return MakeResponse(200, R"({"calls":[)" + calls + "]}");
  }

  int look_ups_ = 0;
};

TEST_F(MediaFetcherTest, StreamsTheRecordingWithoutTheVendorsKey) {
  media_ = [](const auto&) {
    return MakeResponse(200, std::string(100'000, 'a'), {{"content-type", "audio/mpeg"}});
  };

  EXPECT_THAT(Fetch(), IsOk());

  EXPECT_EQ(shelf_.all[0].data.size(), 100'000u);
  EXPECT_EQ(shelf_.all[0].head.headers.at("content-type"), "audio/mpeg");
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

  EXPECT_EQ(shelf_.all[0].data, "sound");
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
  EXPECT_EQ(shelf_.all[0].data, "");
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
  EXPECT_EQ(shelf_.all[0].data, "sound");
  const http::Request request = http_.requests().back();
  EXPECT_EQ(request.headers.count("Authorization"), 0u);
  EXPECT_TRUE(request.public_addresses_only) << "wherever its name leads";
}

TEST_F(MediaFetcherTest, BreaksOffWhatHasNoEnd) {
  line_.largest_recording = 1'000;
  media_ = [](const http::Request& request) {
    http::Response answer = MakeResponse(200, std::string(1'000, 'a'));
    if (request.url.find("/7?") != std::string::npos) answer.body += "a";
    answer.content_length.reset();
    return answer;
  };

  EXPECT_THAT(fetcher_.Fetch(account_, {"7", "8"}, {.until = clock_.Now() + 20s}, shelf_), IsOk());

  EXPECT_THAT(*shelf_.all[0].end, HasReason("RECORDING_TOO_LARGE"));
  EXPECT_LE(shelf_.all[0].data.size(), 1'000u);
  EXPECT_THAT(*shelf_.all[1].end, IsOk());
}

TEST_F(MediaFetcherTest, DoesNotBeginWhatSaysBeforehandThatItIsTooLarge) {
  line_.largest_recording = 1'000;
  media_ = [](const auto&) { return MakeResponse(200, std::string(1'001, 'a')); };

  EXPECT_THAT(Fetch(), HasReason("RECORDING_TOO_LARGE"));

  EXPECT_TRUE(shelf_.all[0].data.empty());
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

TEST_F(MediaFetcherTest, ResolvesARedirectAgainstTheAddressThatGaveIt) {
  media_ = [](const http::Request& request) {
    if (request.url == "https://store.example/b") return MakeResponse(200, "sound");
    if (request.url == "https://store.example/a") {
      return MakeResponse(302, "", {{"location", "/b"}});
    }
    return MakeResponse(302, "", {{"location", "https://store.example/a"}});
  };

  EXPECT_THAT(Fetch(), IsOk());
  EXPECT_EQ(shelf_.all[0].data, "sound");
}

TEST_F(MediaFetcherTest, EndsWhenTheReaderLeaves) {
  media_ = [](const auto&) { return MakeResponse(200, std::string(100'000, 'a')); };
  shelf_.reader = absl::CancelledError("left");

  EXPECT_THAT(FetchAll({"7", "8"}), HasCode(absl::StatusCode::kCancelled));

  EXPECT_EQ(shelf_.chunks, 1);
}

TEST_F(MediaFetcherTest, EndsWhenNobodyWaitsAnyMore) {
  EXPECT_THAT(
      fetcher_.Fetch(account_, {"7"},
                     {.until = clock_.Now() + 20s, .cancelled = [] { return true; }}, shelf_),
      HasCode(absl::StatusCode::kCancelled));
}

TEST_F(MediaFetcherTest, FetchesManyWithOneLookUp) {
  media_ = [](const http::Request& request) {
    return MakeResponse(200, "sound of " + request.url.substr(24, 1));
  };

  EXPECT_THAT(FetchAll({"9", "7", "8"}), IsOk());

  EXPECT_EQ(look_ups_, 1);
  EXPECT_EQ(shelf_.all[0].data, "sound of 9");
  EXPECT_EQ(shelf_.all[1].data, "sound of 7");
  EXPECT_EQ(shelf_.all[2].data, "sound of 8");
}

TEST_F(MediaFetcherTest, OneThatFailsLeavesTheOthersAlone) {
  media_ = [](const http::Request& request) {
    return request.url.ends_with("/8?sig=s") ? MakeResponse(500, "") : MakeResponse(200, "sound");
  };

  EXPECT_THAT(FetchAll({"7", "8", "missing", "9"}), IsOk());

  EXPECT_THAT(*shelf_.all[0].end, IsOk());
  EXPECT_THAT(*shelf_.all[1].end, HasReason("VENDOR_ERROR"));
  EXPECT_THAT(*shelf_.all[2].end, HasReason("RECORDING_MISSING"));
  EXPECT_THAT(*shelf_.all[3].end, IsOk());
}

TEST_F(MediaFetcherTest, LooksUpTogetherWhatHasExpiredTogether) {
  media_ = [](const http::Request& request) {
    return request.url.starts_with("https://media.example/1/") ? MakeResponse(403, "expired")
                                                               : MakeResponse(200, "sound");
  };

  EXPECT_THAT(FetchAll({"7", "8", "9"}), IsOk());

  for (size_t i = 0; i < 3; ++i) EXPECT_THAT(*shelf_.all[i].end, IsOk());
  EXPECT_LE(look_ups_, 4);
}

TEST_F(MediaFetcherTest, TakesNoMoreSlotsThanTheVendorAllows) {
  platform_.terms.quota.Set({.windows = {}, .concurrent_downloads = 1});
  media_ = [](const auto&) { return MakeResponse(200, "sound"); };

  EXPECT_THAT(FetchAll({"7", "8", "9"}), IsOk());

  for (size_t i = 0; i < 3; ++i) EXPECT_THAT(*shelf_.all[i].end, IsOk());
}

TEST_F(MediaFetcherTest, SaysForAllThatNoSlotIsFree) {
  platform_.terms.quota.Set({.windows = {}, .concurrent_downloads = 1});
  const auto taken = slots_.Acquire("gong/1", 1, {.until = clock_.Now() + 1s});
  ASSERT_THAT(taken, IsOk());
  const auto time_flies = [this] {
    clock_.Advance(30s);
    return false;
  };

  EXPECT_THAT(fetcher_.Fetch(account_, {"7", "8"}, {.until = clock_.Now(), .cancelled = time_flies},
                             shelf_),
              IsOk());

  EXPECT_THAT(*shelf_.all[0].end, HasReason("QUOTA_EXHAUSTED"));
  EXPECT_THAT(*shelf_.all[1].end, HasReason("QUOTA_EXHAUSTED"));
}

// Delivers half of what it has announced.
class TruncatingClient : public http::HttpClient {
 public:
  explicit TruncatingClient(http::HttpClient& api) : api_(api) {}
  absl::StatusOr<http::Response> Send(const http::Request& request) override {
    return api_.Send(request);
  }
  std::unique_ptr<http::Transfers> NewTransfers() override {
    return std::make_unique<http::FakeTransfers>(
        [this](const http::Request&, const http::TransferSink& sink) {
          ++streams;
          absl::Status status = sink.on_head(MakeResponse(200, "whole"));
          if (status.ok()) status = sink.on_chunk("wh");
          return Error(absl::StatusCode::kDataLoss, "RESPONSE_TRUNCATED", "ended early");
        });
  }
  int streams = 0;

 private:
  http::HttpClient& api_;
};

TEST_F(MediaFetcherTest, NeverLetsAPartLookWhole) {
  TruncatingClient truncating(http_);
  const VendorLine line{.http = truncating,
                        .quota = quota_,
                        .breakers = breakers_,
                        .clock = clock_,
                        .pause = line_.pause};
  MediaFetcher fetcher(line, addresses_, slots_);

  EXPECT_THAT(fetcher.Fetch(account_, {"7"}, {.until = clock_.Now() + 20s}, shelf_), IsOk());

  EXPECT_THAT(*shelf_.all[0].end, HasCode(absl::StatusCode::kDataLoss));
  EXPECT_THAT(*shelf_.all[0].end, HasReason("RECORDING_TRUNCATED"));
  EXPECT_EQ(truncating.streams, 1);
}

}  // namespace
}  // namespace callimport::adapter_gateway
