// Recordings that break off on their way, and go on where they did.
#include <deque>

#include "absl/strings/str_cat.h"
#include "libs/testing/status_matchers.h"
#include "services/adapter-gateway/media/media_fixture.h"
#include "services/adapter-gateway/platforms/one_by_one.h"

namespace callimport::adapter_gateway {
namespace {

using http::MakeResponse;
using testing::HasReason;
using testing::IsOk;

// Every recording lies in these pieces.
class Pieces : public PlatformAdapter {
 public:
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
    return LocateEach(ids, Timestamp::max(), [this](const std::string&) {
      ++look_ups;
      return AddressOf(urls);
    });
  }
  absl::StatusOr<std::vector<v1::SourceTranscript>> FetchTranscripts(
      VendorSession&, const std::vector<std::string>&) const override {
    return std::vector<v1::SourceTranscript>();
  }

  std::vector<std::string> urls = {"https://media.example/a"};
  mutable int look_ups = 0;
};

constexpr char kSaid[] = "what was said from the beginning to the end";

class ResumedRecordingTest : public MediaFixture {
 protected:
  ResumedRecordingTest() : MediaFixture("api.example") {
    auto pieces = std::make_unique<Pieces>();
    pieces_ = pieces.get();
    platform_.adapter = std::move(pieces);
    media_ = [this](const http::Request& request) { return Serve(request); };
  }

  // As a store does that knows ranges.
  http::Response Serve(const http::Request& request) {
    const std::string whole = std::string(1, request.url.back()) + kSaid;
    size_t from = 0;
    const auto range = request.headers.find("Range");
    const bool rest =
        range != request.headers.end() && serves_ranges_ && request.headers.at("If-Range") == tag_;
    if (rest) from = std::stoul(range->second.substr(std::string("bytes=").size()));
    http::Response answer = MakeResponse(rest ? 206 : 200, whole.substr(from), {{"etag", tag_}});
    if (rest) {
      answer.headers["content-range"] =
          absl::StrCat("bytes ", from, "-", whole.size() - 1, "/", whole.size());
    }
    return Spoil(std::move(answer));
  }

  http::Response Spoil(http::Response answer) {
    if (troubles_.empty()) return answer;
    const int trouble = troubles_.front();
    troubles_.pop_front();
    if (trouble >= 400) return MakeResponse(trouble, "");
    if (trouble >= 0) answer.body.resize(static_cast<size_t>(trouble));
    return answer;
  }

  std::string RangeOf(size_t request) const {
    const auto headers = http_.requests().at(request).headers;
    return headers.contains("Range") ? headers.at("Range") : "";
  }

  static constexpr int kNone = -1;
  Pieces* pieces_ = nullptr;
  std::string tag_ = "\"v1\"";
  bool serves_ranges_ = true;
  // Of the next answers: so many bytes come, then the connection ends; or a status comes instead.
  std::deque<int> troubles_;
};

TEST_F(ResumedRecordingTest, GoesOnWhereItBrokeOff) {
  troubles_ = {10, 7};

  EXPECT_THAT(Fetch(), IsOk());

  EXPECT_EQ(shelf_.all[0].data, std::string("a") + kSaid);
  EXPECT_EQ(shelf_.heads, 1);
  ASSERT_EQ(http_.requests().size(), 3u);
  EXPECT_EQ(RangeOf(0), "");
  EXPECT_EQ(RangeOf(1), "bytes=10-");
  EXPECT_EQ(RangeOf(2), "bytes=17-");
  EXPECT_EQ(http_.requests()[2].headers.at("If-Range"), "\"v1\"");
}

TEST_F(ResumedRecordingTest, GoesOnThoughNothingCameAfterItsHead) {
  troubles_ = {0};

  EXPECT_THAT(Fetch(), IsOk());

  EXPECT_EQ(shelf_.all[0].data, std::string("a") + kSaid);
  EXPECT_EQ(shelf_.heads, 1);
}

TEST_F(ResumedRecordingTest, GoesOnAtAFreshAddressWhereTheOldOneHasExpired) {
  troubles_ = {10, 403};

  EXPECT_THAT(Fetch(), IsOk());

  EXPECT_EQ(shelf_.all[0].data, std::string("a") + kSaid);
  EXPECT_EQ(pieces_->look_ups, 2);
  EXPECT_EQ(RangeOf(2), "bytes=10-");
}

TEST_F(ResumedRecordingTest, GoesOnInTheMiddleOfAPiece) {
  pieces_->urls = {"https://media.example/a", "https://media.example/b"};
  troubles_ = {kNone, 5};

  EXPECT_THAT(Fetch(), IsOk());

  EXPECT_EQ(shelf_.all[0].data, absl::StrCat("a", kSaid, "b", kSaid));
  ASSERT_EQ(http_.requests().size(), 3u);
  EXPECT_EQ(http_.requests()[2].url, "https://media.example/b");
  EXPECT_EQ(RangeOf(2), "bytes=5-");
}

TEST_F(ResumedRecordingTest, MixesNoTwoRecordings) {
  media_ = [this](const http::Request& request) {
    const auto answer = Serve(request);
    tag_ = "\"v2\"";
    return answer;
  };
  troubles_ = {9};

  EXPECT_THAT(Fetch(), HasReason("RECORDING_TRUNCATED"));

  EXPECT_EQ(shelf_.all[0].data, "awhat was");
}

TEST_F(ResumedRecordingTest, DoesNotBeginAnewWhereThereAreNoRanges) {
  troubles_ = {9};
  serves_ranges_ = false;

  EXPECT_THAT(Fetch(), HasReason("RECORDING_TRUNCATED"));

  EXPECT_EQ(shelf_.all[0].data, "awhat was");
}

TEST_F(ResumedRecordingTest, TrustsNoWeakTag) {
  troubles_ = {9};
  tag_ = "W/\"v1\"";

  EXPECT_THAT(Fetch(), HasReason("RECORDING_TRUNCATED"));

  EXPECT_EQ(http_.requests().size(), 1u);
}

TEST_F(ResumedRecordingTest, IsAPartWhenItIsNotHandedOutAnyMore) {
  troubles_ = {9, 404, 404};

  EXPECT_THAT(Fetch(), HasReason("RECORDING_TRUNCATED"));
}

TEST_F(ResumedRecordingTest, GivesUpAfterSomeTries) {
  troubles_ = {5, 5, 5, 5};

  EXPECT_THAT(Fetch(), HasReason("RECORDING_TRUNCATED"));

  EXPECT_EQ(http_.requests().size(), 3u);
}

TEST_F(ResumedRecordingTest, APageInsteadIsAnExpiredAddressAtFirst) {
  int pages = 1;
  media_ = [&](const http::Request& request) {
    return pages-- > 0 ? MakeResponse(200, "<html>", {{"content-type", "text/html"}})
                       : Serve(request);
  };

  EXPECT_THAT(Fetch(), IsOk());

  EXPECT_EQ(shelf_.all[0].data, std::string("a") + kSaid);
  EXPECT_EQ(pieces_->look_ups, 2);
}

TEST_F(ResumedRecordingTest, APageIsWhatThereIsWhenAFreshAddressDoesNotHelp) {
  media_ = [](const auto&) {
    return MakeResponse(200, "{}", {{"content-type", "application/json; charset=utf-8"}});
  };

  EXPECT_THAT(Fetch(), IsOk());

  EXPECT_EQ(shelf_.all[0].data, "{}");
  EXPECT_EQ(pieces_->look_ups, 2);
}

}  // namespace
}  // namespace callimport::adapter_gateway
