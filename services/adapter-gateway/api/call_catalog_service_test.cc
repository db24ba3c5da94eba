#include "services/adapter-gateway/api/call_catalog_service.h"

#include <gtest/gtest.h>

#include "libs/common/proto_time.h"
#include "libs/testing/status_matchers.h"
#include "services/adapter-gateway/api/gateway_services_fixture.h"

namespace callimport::adapter_gateway {
namespace {

using namespace std::chrono_literals;
using testing::HasCode;
using testing::HasReason;
using testing::IsOk;

TEST_F(GatewayServicesTest, CountsAndListsPageByPage) {
  v1::ListCallsRequest request;
  request.set_workspace_id("acme");
  request.set_credential_id("c1");
  *request.mutable_filter()->mutable_start_time() = ToProto(SystemClock().Now() - 24h);
  *request.mutable_filter()->mutable_end_time() = ToProto(SystemClock().Now());
  grpc::ClientContext context;
  const auto reader = catalog_stub_->ListCalls(&context, request);

  std::vector<std::string> seen;
  v1::ListCallsResponse page;
  while (reader->Read(&page)) seen.push_back(page.calls(0).source_call_id() + page.next_cursor());

  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_EQ(seen, (std::vector<std::string>{"7next", "8"}));
}

TEST_F(GatewayServicesTest, ListsNoMorePagesThanTheLimitWants) {
  v1::ListCallsRequest request;
  request.set_workspace_id("acme");
  request.set_credential_id("c1");
  *request.mutable_filter()->mutable_start_time() = ToProto(SystemClock().Now() - 24h);
  *request.mutable_filter()->mutable_end_time() = ToProto(SystemClock().Now());
  for (const int64_t limit : {1, 2, -1}) {
    request.set_limit(limit);
    grpc::ClientContext context;
    const auto reader = catalog_stub_->ListCalls(&context, request);
    int64_t pages = 0;
    v1::ListCallsResponse page;
    while (reader->Read(&page)) ++pages;
    EXPECT_EQ(reader->Finish().ok(), limit > 0);
    EXPECT_EQ(pages, std::max<int64_t>(limit, 0));
    if (limit == 1) {
      EXPECT_EQ(page.next_cursor(), "next");
    }
  }
}

TEST_F(GatewayServicesTest, PassesFiltersOfThePlatformOnAndRefusesOthers) {
  v1::CountCallsRequest request;
  request.set_workspace_id("acme");
  request.set_credential_id("c1");
  (*request.mutable_filter()->mutable_attributes())["workspace_id"] = "12";

  EXPECT_THAT(rpc::Invoke(*catalog_stub_, &v1::CallCatalog::Stub::CountCalls, request), IsOk());
  EXPECT_NE(http_.requests().back().body.find(R"("workspaceId":"12")"), std::string::npos);

  (*request.mutable_filter()->mutable_attributes())["colour"] = "blue";
  EXPECT_THAT(rpc::Invoke(*catalog_stub_, &v1::CallCatalog::Stub::CountCalls, request),
              HasCode(absl::StatusCode::kInvalidArgument));
}

TEST_F(GatewayServicesTest, ACountTellsWhatTheImportTakes) {
  v1::CountCallsRequest request;
  request.set_workspace_id("acme");
  request.set_credential_id("c1");

  const auto count = rpc::Invoke(*catalog_stub_, &v1::CallCatalog::Stub::CountCalls, request);

  ASSERT_THAT(count, IsOk());
  EXPECT_FALSE(count->terms().has_cost_per_call_cents());
  EXPECT_EQ(count->terms().vendor_requests(), 3 * ((count->calls() + 99) / 100));
  // The limits that the configuration has put in place of the catalog's.
  EXPECT_FALSE(count->terms().has_daily_requests());
  EXPECT_DOUBLE_EQ(count->terms().requests_per_second(), 1'000);
  EXPECT_EQ(count->terms().filters(0), "workspace_id");
}

TEST_F(GatewayServicesTest, TellsThatACursorHasExpired) {
  v1::ListCallsRequest request;
  request.set_workspace_id("acme");
  request.set_credential_id("c1");
  *request.mutable_filter()->mutable_start_time() = ToProto(SystemClock().Now() - 24h);
  *request.mutable_filter()->mutable_end_time() = ToProto(SystemClock().Now());
  request.set_cursor("forgotten");
  grpc::ClientContext context;
  const auto reader = catalog_stub_->ListCalls(&context, request);

  v1::ListCallsResponse page;
  EXPECT_FALSE(reader->Read(&page));
  const absl::Status status = rpc::FromGrpcStatus(reader->Finish());
  EXPECT_THAT(status, HasCode(absl::StatusCode::kOutOfRange));
  EXPECT_THAT(status, HasReason("CURSOR_EXPIRED"));
}

TEST_F(GatewayServicesTest, RefusesAListingWithoutBothEnds) {
  v1::ListCallsRequest request;
  request.set_workspace_id("acme");
  request.set_credential_id("c1");
  grpc::ClientContext context;
  const auto reader = catalog_stub_->ListCalls(&context, request);

  v1::ListCallsResponse page;
  EXPECT_FALSE(reader->Read(&page));
  EXPECT_THAT(rpc::FromGrpcStatus(reader->Finish()), HasCode(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace callimport::adapter_gateway
