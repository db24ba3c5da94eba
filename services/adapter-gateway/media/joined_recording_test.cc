// Recordings that lie in several pieces at the vendor's.
#include "libs/testing/status_matchers.h"
#include "services/adapter-gateway/media/media_fixture.h"
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

class JoinedRecordingTest : public MediaFixture {
 protected:
  JoinedRecordingTest() : MediaFixture("api.example") {
    platform_.adapter = std::make_unique<ThreePieces>(clock_);
  }
};

TEST_F(JoinedRecordingTest, FlowsAsOneInOrder) {
  media_ = [](const http::Request& request) {
    return MakeResponse(200, "piece " + request.url.substr(request.url.size() - 1) + ",");
  };

  EXPECT_THAT(Fetch(), IsOk());

  EXPECT_EQ(shelf_.all[0].data, "piece 1,piece 2,piece 3,");
  EXPECT_EQ(shelf_.heads, 1);
  EXPECT_FALSE(shelf_.all[0].head.content_length.has_value());
}

TEST_F(JoinedRecordingTest, IsNotWholeWithoutItsLastPiece) {
  media_ = [](const http::Request& request) {
    return request.url.ends_with("3") ? MakeResponse(503, "") : MakeResponse(200, "piece");
  };

  EXPECT_THAT(Fetch(), HasReason("VENDOR_ERROR"));
}

}  // namespace
}  // namespace callimport::adapter_gateway
