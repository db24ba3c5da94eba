// Recordings that lie in several pieces at the vendor's.
#include <gtest/gtest.h>

#include "libs/http/fake_http_client.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/status_matchers.h"
#include "services/adapter-gateway/media/media_fetcher.h"
#include "services/adapter-gateway/platforms/one_by_one.h"

namespace callimport::adapter_gateway {
namespace {

using namespace std::chrono_literals;
using http::MakeResponse;
using testing::HasReason;
using testing::IsOk;

// Every recording is /1, /2 and /3, in this order.
class ThreePieces : public PlatformAdapter {
 public:
  explicit ThreePieces(const Clock& clock) : clock_(clock) {}
  VendorSession::Headers Authorize(const Access&) const override { return {}; }
  absl::StatusOr<AccountProfile> CheckAccess(VendorSession&) const override {
    return AccountProfile{};
  }
  absl::StatusOr<v1::CountCallsResponse> CountCalls(VendorSession&, const Period&) const override {
    return v1::CountCallsResponse();
  }
  absl::StatusOr<v1::ListCallsResponse> ListCalls(VendorSession&, const Period&,
                                                  const std::string&) const override {
    return v1::ListCallsResponse();
  }
  absl::StatusOr<std::vector<MediaAddress>> LocateMedia(
      VendorSession&, const std::vector<std::string>& ids) const override {
    return LocateEach(ids, clock_.Now() + 1h, [](const std::string&) {
      return AddressOf(
          {"https://media.example/1", "https://media.example/2", "https://media.example/3"});
    });
  }
  absl::StatusOr<std::vector<v1::SourceTranscript>> FetchTranscripts(
      VendorSession&, const std::vector<std::string>&) const override {
    return std::vector<v1::SourceTranscript>();
  }

 private:
  const Clock& clock_;
};

struct Shelf : MediaSink {
  absl::Status OnHead(size_t, const http::Head& head) override {
    heads.push_back(head);
    return absl::OkStatus();
  }
  absl::Status OnChunk(size_t, std::string_view chunk) override {
    data.append(chunk);
    return absl::OkStatus();
  }
  absl::Status OnEnd(size_t, const absl::Status& status) override {
    end = status;
    return absl::OkStatus();
  }
  absl::Status Flush() override { return absl::OkStatus(); }

  std::vector<http::Head> heads;
  std::string data;
  absl::Status end = absl::UnknownError("not ended");
};

class JoinedRecordingTest : public ::testing::Test {
 protected:
  JoinedRecordingTest() {
    platform_.adapter = std::make_unique<ThreePieces>(clock_);
    auto access = std::make_shared<Access>();
    access->base_url = "https://api.example";
    access->account = "one";
    account_ = {&platform_, access};
  }

  absl::Status Fetch() {
    EXPECT_THAT(fetcher_.Fetch(account_, {"7"}, {.until = clock_.Now() + 20s}, shelf_), IsOk());
    return shelf_.end;
  }

  testing::FakeClock clock_;
  std::function<absl::StatusOr<http::Response>(const http::Request&)> media_;
  http::FakeHttpClient http_{[this](const http::Request& request) { return media_(request); }};
  QuotaBroker quota_{clock_};
  CircuitBreakers breakers_{clock_};
  VendorLine line_{.http = http_,
                   .quota = quota_,
                   .breakers = breakers_,
                   .clock = clock_,
                   .pause = [this](auto pause) { clock_.Advance(pause); }};
  AddressBook addresses_{clock_, {.linger = 0ms}};
  DownloadSlots slots_{clock_};
  MediaFetcher fetcher_{line_, addresses_, slots_};
  Platform platform_{.descriptor = {},
                     .terms = {.name = "The vendor",
                               .quota = {},
                               .egress = EgressRules({"api.example"}, {}, false),
                               .metrics = std::make_unique<VendorMetrics>("joined")},
                     .adapter = nullptr};
  VendorAccount account_;
  Shelf shelf_;
};

TEST_F(JoinedRecordingTest, FlowsAsOneInOrder) {
  media_ = [](const http::Request& request) {
    return MakeResponse(200, "piece " + request.url.substr(request.url.size() - 1) + ",");
  };

  EXPECT_THAT(Fetch(), IsOk());

  EXPECT_EQ(shelf_.data, "piece 1,piece 2,piece 3,");
  ASSERT_EQ(shelf_.heads.size(), 1u);
  EXPECT_FALSE(shelf_.heads[0].content_length.has_value());
}

TEST_F(JoinedRecordingTest, IsNotWholeWithoutItsLastPiece) {
  media_ = [](const http::Request& request) {
    return request.url.ends_with("3") ? MakeResponse(503, "") : MakeResponse(200, "piece");
  };

  EXPECT_THAT(Fetch(), HasReason("VENDOR_ERROR"));
}

}  // namespace
}  // namespace callimport::adapter_gateway
