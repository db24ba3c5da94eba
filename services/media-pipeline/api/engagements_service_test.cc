#include "services/media-pipeline/api/engagements_service.h"

#include <gmock/gmock.h>

#include "libs/rpc/status.h"
#include "services/media-pipeline/api/served_fixture.h"

namespace callimport::media_pipeline {
namespace {

using testing::HasCode;
using testing::HasReason;
using testing::IsOk;

class EngagementsServiceTest : public Served {
 protected:
  // One rpc as "support-demo".
  template <typename Request, typename Response>
  absl::StatusOr<Response> Ask(grpc::Status (v1::Engagements::StubInterface::*rpc)(
                                   grpc::ClientContext*, const Request&, Response*),
                               const Request& request) {
    grpc::ClientContext context;
    Response response;
    v1::Engagements::StubInterface& stub = *reading_;
    const absl::Status status = rpc::FromGrpcStatus((stub.*rpc)(&context, request, &response));
    if (!status.ok()) return status;
    return response;
  }

  absl::StatusOr<v1::SearchEngagementsResponse> Search(const std::string& query,
                                                       const std::string& token = "",
                                                       int page_size = 0) {
    v1::SearchEngagementsRequest request;
    request.set_workspace_id("acme");
    request.set_query(query);
    request.mutable_page()->set_page_token(token);
    request.mutable_page()->set_page_size(page_size);
    return Ask(&v1::Engagements::StubInterface::SearchEngagements, request);
  }

  absl::StatusOr<std::string> Read(const std::string& id, int64_t offset, int64_t length) {
    v1::ReadRecordingRequest request;
    request.set_workspace_id("acme");
    request.set_engagement_id(id);
    request.set_offset(offset);
    request.set_length(length);
    grpc::ClientContext context;
    const auto reader = reading_->ReadRecording(&context, request);
    std::string bytes;
    for (v1::ReadRecordingResponse part; reader->Read(&part);) bytes += part.data();
    const absl::Status status = rpc::FromGrpcStatus(reader->Finish());
    if (!status.ok()) return status;
    return bytes;
  }
};

TEST_F(EngagementsServiceTest, GivesTheWholeEngagement) {
  const std::string id = AddEngagement(1, {"hello", "goodbye"});
  v1::GetEngagementRequest request;
  request.set_workspace_id("acme");
  request.set_engagement_id(id);

  const auto response = Ask(&v1::Engagements::StubInterface::GetEngagement, request);

  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->engagement().title(), "Call 1");
  EXPECT_EQ(response->engagement().import_source(), "gong");
  EXPECT_EQ(response->engagement().participants(0).name(), "Dana");
  EXPECT_EQ(response->engagement().recording().content_type(), "audio/wav");
  EXPECT_EQ(response->engagement().start_time().seconds(), 1'700'000'001);
  EXPECT_GT(response->engagement().import_time().seconds(), 1'700'000'000);
  EXPECT_EQ(response->transcript().segments_size(), 2);
  EXPECT_FALSE(response->source_metadata().empty());

  request.set_workspace_id("other");
  EXPECT_THAT(Ask(&v1::Engagements::StubInterface::GetEngagement, request),
              HasReason("ENGAGEMENT_NOT_FOUND"));
}

TEST_F(EngagementsServiceTest, ListsPageByPage) {
  for (int i = 0; i < 5; ++i) AddEngagement(i, {"hello"});
  v1::ListEngagementsRequest request;
  request.set_workspace_id("acme");
  request.mutable_page()->set_page_size(2);

  std::vector<std::string> titles;
  do {
    const auto page = Ask(&v1::Engagements::StubInterface::ListEngagements, request);
    ASSERT_THAT(page, IsOk());
    for (const auto& engagement : page->engagements()) titles.push_back(engagement.title());
    request.mutable_page()->set_page_token(page->next_page_token());
  } while (!request.page().page_token().empty());

  EXPECT_THAT(titles, ::testing::ElementsAre("Call 4", "Call 3", "Call 2", "Call 1", "Call 0"));
  request.mutable_page()->set_page_token("foreign");
  EXPECT_THAT(Ask(&v1::Engagements::StubInterface::ListEngagements, request),
              HasCode(absl::StatusCode::kInvalidArgument));
}

TEST_F(EngagementsServiceTest, FindsTheMomentInWhichAWordWasSaid) {
  const std::string id = AddEngagement(1, {"good morning", "we have encrypted backups"});
  AddEngagement(2, {"nothing of the kind"});

  const auto response = Search("encryption");

  ASSERT_THAT(response, IsOk());
  ASSERT_EQ(response->hits_size(), 1);
  EXPECT_EQ(response->hits(0).engagement().engagement_id(), id);
  ASSERT_EQ(response->hits(0).moments_size(), 1);
  EXPECT_EQ(response->hits(0).moments(0).start_ms(), 2000);
  EXPECT_EQ(response->hits(0).moments(0).speaker_name(), "Dana");
  EXPECT_EQ(response->hits(0).moments(0).text(), "we have «encrypted» backups");
}

TEST_F(EngagementsServiceTest, PagesThroughHitsOnce) {
  for (int i = 0; i < 5; ++i) AddEngagement(i, {"pricing"});

  std::set<std::string> ids;
  std::string token;
  do {
    const auto page = Search("pricing", token, 2);
    ASSERT_THAT(page, IsOk());
    for (const auto& hit : page->hits()) ids.insert(hit.engagement().engagement_id());
    token = page->next_page_token();
  } while (!token.empty());

  EXPECT_EQ(ids.size(), 5U);
}

TEST_F(EngagementsServiceTest, RefusesQueriesThatAreNone) {
  EXPECT_THAT(Search(""), HasReason("INVALID_REQUEST"));
  EXPECT_THAT(Search(std::string(501, 'a')), HasReason("INVALID_REQUEST"));
  EXPECT_THAT(Search("a", "", -1), HasReason("INVALID_REQUEST"));
  EXPECT_THAT(Search("\"unfinished (& | !"), IsOk());
}

TEST_F(EngagementsServiceTest, ReadsTheRecordingOrAPartOfIt) {
  const std::string id = AddEngagement(1, {"hello"});
  const std::string wav = SampleWav(1);

  EXPECT_EQ(*Read(id, 0, 0), wav);
  EXPECT_EQ(*Read(id, 100, 50), wav.substr(100, 50));
  EXPECT_EQ(*Read(id, 16'000, 1'000'000), wav.substr(16'000));
  EXPECT_EQ(*Read(id, 1'000'000, 1), "");
  EXPECT_THAT(Read(id, -1, 0), HasReason("INVALID_REQUEST"));
  EXPECT_THAT(Read("unknown", 0, 0), HasReason("ENGAGEMENT_NOT_FOUND"));
}

}  // namespace
}  // namespace callimport::media_pipeline
