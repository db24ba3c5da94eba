#include "libs/rpc/access_control.h"

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
  const Caller worker_{.kind = "service", .name = "worker", .workspace_id = {}};
  const Caller dana_{.kind = "support", .name = "dana", .workspace_id = {}};
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
  EXPECT_THAT(control_.Check("/grpc.health.v1.Health/Check", std::nullopt),
              HasReason("CALLER_UNKNOWN"));
}

}  // namespace
}  // namespace callimport::rpc
