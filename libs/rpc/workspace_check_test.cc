#include "libs/rpc/workspace_check.h"

#include "callimport/job_scheduler/v1/call_queue.pb.h"
#include "callimport/job_scheduler/v1/job_scheduler.pb.h"
#include "libs/testing/status_matchers.h"

namespace callimport::rpc {
namespace {

namespace v1 = callimport::job_scheduler::v1;
using callimport::testing::HasCode;
using callimport::testing::HasReason;
using callimport::testing::IsOk;

v1::GetImportJobRequest Of(const std::string& workspace) {
  v1::GetImportJobRequest request;
  request.set_workspace_id(workspace);
  return request;
}

const Caller kAdmin{.kind = "workspace-admin", .name = "ann", .workspaces = {{"acme", "acme2"}}};
const Caller kSupport{.kind = "support", .name = "dana", .workspaces = {}};

TEST(WorkspaceCheckTest, LetsPeopleOfAWorkspaceSeeTheirOwnOnes) {
  EXPECT_THAT(CheckWorkspaceOf(kAdmin, Of("acme")), IsOk());
  EXPECT_THAT(CheckWorkspaceOf(kAdmin, Of("acme2")), IsOk());
}

TEST(WorkspaceCheckTest, AnotherWorkspaceDoesNotExistForThem) {
  for (const char* workspace : {"globex", "ACME", "acme ", "acm", "*"}) {
    EXPECT_THAT(CheckWorkspaceOf(kAdmin, Of(workspace)), HasReason("WORKSPACE_NOT_FOUND"));
  }
}

TEST(WorkspaceCheckTest, NoWorkspaceIsNotAllOfThem) {
  EXPECT_THAT(CheckWorkspaceOf(kAdmin, Of("")), HasCode(absl::StatusCode::kInvalidArgument));
}

TEST(WorkspaceCheckTest, SupportMaySeeAnyUnlessItsTokenSaysOtherwise) {
  const Caller bound{.kind = "support", .name = "dana", .workspaces = {{"acme"}}};
  EXPECT_THAT(CheckWorkspaceOf(kSupport, Of("globex")), IsOk());
  EXPECT_THAT(CheckWorkspaceOf(bound, Of("globex")), HasReason("WORKSPACE_NOT_FOUND"));
}

TEST(WorkspaceCheckTest, LooksIntoListsAndParts) {
  v1::LeaseCallsResponse message;  // any message with workspaces deep inside
  message.add_calls()->set_workspace_id("acme");
  EXPECT_THAT(CheckWorkspaceOf(kAdmin, message), IsOk());
  message.add_calls()->set_workspace_id("globex");
  EXPECT_THAT(CheckWorkspaceOf(kAdmin, message), HasReason("WORKSPACE_NOT_FOUND"));
}

TEST(WorkspaceCheckTest, KnowsWhichRequestsNameOne) {
  static_cast<void>(v1::GetImportJobRequest::descriptor());
  EXPECT_TRUE(RequestNamesWorkspace("callimport.job_scheduler.v1.JobScheduler/GetImportJob"));
  EXPECT_FALSE(RequestNamesWorkspace("callimport.job_scheduler.v1.CallQueue/LeaseCalls"));
  EXPECT_FALSE(RequestNamesWorkspace("callimport.job_scheduler.v1.CallQueue/NoSuchRpc"));
}

}  // namespace
}  // namespace callimport::rpc
