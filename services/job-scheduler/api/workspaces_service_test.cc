#include "services/job-scheduler/api/workspaces_service.h"

#include <gmock/gmock.h>

#include "libs/postgres/transact.h"
#include "libs/rpc/invoke.h"
#include "libs/testing/rpc_server.h"
#include "libs/testing/status_matchers.h"
#include "services/job-scheduler/storage/source_store.h"
#include "services/job-scheduler/storage/store_fixture.h"

namespace callimport::job_scheduler {
namespace {

using testing::Allow;
using testing::HasCode;
using testing::HasReason;
using testing::IsOk;

class WorkspacesServiceTest : public StoreTest {
 protected:
  using Stub = v1::Workspaces::Stub;

  WorkspacesServiceTest()
      : support_(v1::Workspaces::NewStub(server_.ChannelOf("support-demo"))),
        admin_(v1::Workspaces::NewStub(server_.ChannelOf("workspace-admin-acme"))) {}

  static v1::UpdateWorkspaceRequest Change(const std::string& workspace_id) {
    v1::UpdateWorkspaceRequest request;
    request.set_workspace_id(workspace_id);
    return request;
  }
  absl::StatusOr<v1::UpdateWorkspaceResponse> Update(const v1::UpdateWorkspaceRequest& request) {
    return rpc::Invoke(*support_, &Stub::UpdateWorkspace, request);
  }
  static absl::StatusOr<v1::GetWorkspaceResponse> Get(Stub& stub, const std::string& workspace_id,
                                                      const std::string& customer_id = "") {
    v1::GetWorkspaceRequest request;
    request.set_workspace_id(workspace_id);
    request.set_customer_id(customer_id);
    return rpc::Invoke(stub, &Stub::GetWorkspace, request);
  }
  void NameAcme(const std::string& customer_id) {
    auto request = Change("acme");
    request.set_customer_id(customer_id);
    ASSERT_THAT(Update(request), IsOk());
  }

  SourceStore sources_{pool(), WorkspaceSettings(), std::chrono::minutes(60), clock_};
  WorkspaceStore store_{pool(), WorkspaceSettings(), clock_};
  WorkspacesService service_{store_, clock_};
  testing::RpcServer server_{
      {&service_},
      {Allow("callimport.job_scheduler.v1.Workspaces", "support/*"),
       Allow("callimport.job_scheduler.v1.Workspaces", "workspace-admin/*")}};
  std::unique_ptr<Stub> support_;
  std::unique_ptr<Stub> admin_;
};

TEST_F(WorkspacesServiceTest, AWorkspaceThatWasNeverSetHasTheDefaultsAndItsNextWindow) {
  const auto found = Get(*admin_, "acme");  // it is midnight in UTC

  ASSERT_THAT(found, IsOk());
  EXPECT_EQ(found->workspace().time_zone(), "UTC");
  EXPECT_EQ(found->workspace().free_calls_per_month(), 10);
  EXPECT_EQ(found->workspace().bulk_window().start_hour(), 20);
  EXPECT_FALSE(found->has_next_window_start());
  EXPECT_TRUE(found->has_window_end());
}

TEST_F(WorkspacesServiceTest, TheWindowIsToldByTheClocksOfTheWorkspace) {
  auto request = Change("acme");
  request.set_time_zone("Asia/Tokyo");  // 9 in the morning there
  ASSERT_THAT(Update(request), IsOk());

  const auto found = Get(*support_, "acme");

  ASSERT_THAT(found, IsOk());
  EXPECT_EQ(
      found->next_window_start().seconds(),
      std::chrono::duration_cast<std::chrono::seconds>(clock_.Now().time_since_epoch()).count() +
          11 * 3'600);
  EXPECT_FALSE(found->has_window_end());
}

TEST_F(WorkspacesServiceTest, ACustomerIdLeadsToItsWorkspaceAndToNoOther) {
  NameAcme("c-4711");

  EXPECT_EQ(Get(*support_, "", "c-4711")->workspace().workspace_id(), "acme");
  EXPECT_EQ(Get(*support_, "c-4711")->workspace().workspace_id(), "acme");
  EXPECT_EQ(Get(*admin_, "c-4711")->workspace().workspace_id(), "acme");
  EXPECT_THAT(Get(*support_, "", "c-4712"), HasReason("WORKSPACE_NOT_FOUND"));
  v1::GetUsageRequest usage;
  usage.set_workspace_id("c-4711");
  EXPECT_THAT(rpc::Invoke(*admin_, &Stub::GetUsage, usage), IsOk());
}

TEST_F(WorkspacesServiceTest, AForeignWorkspaceIsNotFoundByEitherName) {
  auto request = Change("globex");
  request.set_customer_id("c-1");
  ASSERT_THAT(Update(request), IsOk());

  EXPECT_THAT(Get(*admin_, "globex"), HasReason("WORKSPACE_NOT_FOUND"));
  EXPECT_THAT(Get(*admin_, "", "c-1"), HasReason("WORKSPACE_NOT_FOUND"));
  const auto hidden = Get(*admin_, "c-1");
  EXPECT_THAT(hidden, HasReason("WORKSPACE_NOT_FOUND"));
  EXPECT_EQ(hidden.status().message(), "no workspace c-1 for this caller");
  v1::GetUsageRequest usage;
  usage.set_workspace_id("c-1");
  EXPECT_EQ(rpc::Invoke(*admin_, &Stub::GetUsage, usage).status().message(),
            "no workspace c-1 for this caller");
}

TEST_F(WorkspacesServiceTest, ACustomerIdIsUniqueAndNeverAnotherWorkspacesOwn) {
  NameAcme("c-1");
  auto taken = Change("globex");
  taken.set_customer_id("c-1");
  EXPECT_THAT(Update(taken), HasReason("CUSTOMER_ID_TAKEN"));

  taken.set_customer_id("acme");
  EXPECT_THAT(Update(taken), HasReason("CUSTOMER_ID_TAKEN"));

  // It has an account connected, and nothing else yet.
  ASSERT_THAT(
      sources_.TakeFacts({{.key = {"initech", NewUuid()}, .platform = "gong", .revision = 1}}, 1),
      IsOk());
  taken.set_customer_id("initech");
  EXPECT_THAT(Update(taken), HasReason("CUSTOMER_ID_TAKEN"));
}

TEST_F(WorkspacesServiceTest, NonsenseIsNamedFieldByField) {
  auto request = Change("acme");
  request.set_time_zone("/etc/passwd");
  request.set_weight(101);
  request.mutable_bulk_window()->set_end_hour(24);
  request.set_free_calls_per_month(-1);
  v1::GetUsageRequest usage;
  usage.set_workspace_id("acme");
  usage.set_month("November");

  const auto refused = Update(request);

  EXPECT_THAT(refused, HasReason("INVALID_REQUEST"));
  EXPECT_THAT(rpc::Invoke(*support_, &Stub::GetUsage, usage), HasReason("INVALID_REQUEST"));
  EXPECT_THAT(Get(*support_, "acme", "c-1"), HasReason("INVALID_REQUEST"));
}

TEST_F(WorkspacesServiceTest, AChangeIsWrittenDownWithWhoMadeIt) {
  auto request = Change("acme");
  request.set_free_calls_per_month(3);
  ASSERT_THAT(Update(request), IsOk());

  const auto detail = postgres::Transact(pool(), [](pqxx::work& tx) {
    return tx.exec1("SELECT actor || ': ' || detail FROM audit_log")[0].as<std::string>();
  });

  EXPECT_EQ(*detail, "SUPPORT/demo: free_calls_per_month = 3");
}

TEST_F(WorkspacesServiceTest, UsageIsToldByMonth) {
  ASSERT_THAT(queue_.RegisterUpload({.workspace_id = "acme",
                                     .content_sha256 = "one",
                                     .title = "talk.mp3",
                                     .worker = "worker",
                                     .actor = {},
                                     .correlation_id = ""}),
              IsOk());
  v1::GetUsageRequest request;
  request.set_workspace_id("acme");

  const auto now = rpc::Invoke(*admin_, &Stub::GetUsage, request);
  request.set_month("2020-01");
  const auto before = rpc::Invoke(*admin_, &Stub::GetUsage, request);

  ASSERT_THAT(now, IsOk());
  EXPECT_EQ(now->month(), "2026-01");
  EXPECT_EQ(now->free_calls_included(), 10);
  EXPECT_EQ(now->free_calls_used(), 1);
  EXPECT_EQ(before->free_calls_used(), 0);
}

}  // namespace
}  // namespace callimport::job_scheduler
