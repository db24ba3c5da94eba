#include "libs/rpc/access_control.h"

#include "callimport/job_scheduler/v1/job_events.pb.h"
#include "callimport/job_scheduler/v1/job_scheduler.pb.h"
#include "libs/testing/status_matchers.h"

namespace callimport::rpc {
namespace {

using callimport::testing::HasReason;
using callimport::testing::IsOk;

AccessRule Rule(const std::string& rpcs, std::vector<std::string> callers) {
  AccessRule rule;
  rule.set_rpcs(rpcs);
  for (const std::string& caller : callers) rule.add_callers(caller);
  return rule;
}

class AccessControlTest : public ::testing::Test {
 protected:
  const AccessControl control_{{
      Rule("x.v1.Queue", {"service/worker"}),
      Rule("x.v1.Jobs", {"support/*", "workspace-admin/*"}),
      Rule("x.v1.Jobs/Reset", {"support/root"}),
  }};
  const Caller worker_{.kind = "service", .name = "worker", .workspaces = {}};
  const Caller dana_{.kind = "support", .name = "dana", .workspaces = {}};
};

TEST_F(AccessControlTest, AllowsWhatARuleAllows) {
  EXPECT_THAT(control_.Check("/x.v1.Queue/Lease", worker_), IsOk());
  EXPECT_THAT(control_.Check("/x.v1.Jobs/Get", dana_), IsOk());
}

TEST_F(AccessControlTest, RefusesEverythingElse) {
  EXPECT_THAT(control_.Check("/x.v1.Queue/Lease", dana_), HasReason("CALLER_NOT_ALLOWED"));
  EXPECT_THAT(control_.Check("/x.v1.Jobs/Get", worker_), HasReason("CALLER_NOT_ALLOWED"));
  EXPECT_THAT(control_.Check("/x.v1.Other/Get", dana_), HasReason("CALLER_NOT_ALLOWED"));
  EXPECT_THAT(control_.Check("/x.v1.JobsAndMore/Get", dana_), HasReason("CALLER_NOT_ALLOWED"));
}

TEST_F(AccessControlTest, LetsTheLongestMatchDecide) {
  EXPECT_THAT(control_.Check("/x.v1.Jobs/Reset", dana_), HasReason("CALLER_NOT_ALLOWED"));
}

TEST_F(AccessControlTest, OpensHealthToEveryCallerWeKnow) {
  EXPECT_THAT(control_.Check("/grpc.health.v1.Health/Check", worker_), IsOk());
}

TEST_F(AccessControlTest, RefusesPeopleOfWorkspacesWhereTheRequestNamesNone) {
  static_cast<void>(job_scheduler::v1::GetImportJobRequest::descriptor());
  const std::string jobs = "callimport.job_scheduler.v1.JobScheduler";
  const std::string events = "callimport.job_scheduler.v1.JobEvents";
  AccessRule open = Rule(events + "/WatchJobEvents", {"workspace-admin/*"});
  open.set_any_workspace(true);
  const AccessControl control{{Rule(jobs, {"workspace-admin/*"}), open,
                               Rule(events + "/GetProgressSnapshot", {"workspace-admin/*"})}};
  const Caller admin{.kind = "workspace-admin", .name = "ann", .workspaces = {{"acme"}}};

  EXPECT_THAT(control.Check("/" + jobs + "/GetImportJob", admin), IsOk());
  EXPECT_THAT(control.Check("/" + events + "/WatchJobEvents", admin), IsOk());
  EXPECT_THAT(control.Check("/" + events + "/GetProgressSnapshot", admin),
              HasReason("CALLER_NOT_ALLOWED"));
}

}  // namespace
}  // namespace callimport::rpc
