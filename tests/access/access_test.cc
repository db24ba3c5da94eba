// The delivered rules, held against every rpc there is, and asked as a server asks them.
#include <fstream>
#include <sstream>

#include "libs/rpc/access_control.h"
#include "libs/rpc/workspace_check.h"
#include "libs/testing/status_matchers.h"
#include "tests/access/matrix.h"

namespace callimport::access {
namespace {

using callimport::testing::HasReason;
using callimport::testing::IsOk;

const Matrix& TheMatrix() {
  static const Matrix matrix(CALLIMPORT_SOURCE_DIR);
  return matrix;
}

rpc::AccessControl ControlOf(const std::string& service) {
  return rpc::AccessControl(TheMatrix().RulesOf(service));
}

TEST(AccessTest, EveryRpcHasARuleOfItsOwn) {
  ASSERT_GT(TheMatrix().rpcs().size(), 30u);
  for (const Rpc& rpc : TheMatrix().rpcs()) {
    EXPECT_NE(TheMatrix().RuleOf(rpc), nullptr)
        << "no rule in deploy/config/" << rpc.service << ".json for " << rpc.name;
  }
}

TEST(AccessTest, EveryRuleIsOfAnRpcThatExists) {
  std::set<std::string> names;
  for (const Rpc& rpc : TheMatrix().rpcs()) names.insert(rpc.service + " " + rpc.name);
  for (const Rpc& rpc : TheMatrix().rpcs()) {
    for (const rpc::AccessRule& rule : TheMatrix().RulesOf(rpc.service)) {
      EXPECT_TRUE(names.contains(rpc.service + " " + rule.rpcs())) << rule.rpcs();
    }
  }
}

TEST(AccessTest, EveryCallerOfEveryRpcGetsTheDocumentedAnswer) {
  for (const Rpc& rpc : TheMatrix().rpcs()) {
    const rpc::AccessControl control = ControlOf(rpc.service);
    for (const rpc::Caller& caller : Everybody()) {
      const absl::Status verdict = control.Check("/" + rpc.name, caller);
      if (TheMatrix().Allows(rpc, caller)) {
        EXPECT_THAT(verdict, IsOk()) << caller.Identity() << " " << rpc.name;
      } else {
        EXPECT_THAT(verdict, HasReason("CALLER_NOT_ALLOWED"))
            << caller.Identity() << " " << rpc.name;
      }
    }
  }
}

TEST(AccessTest, WhatIsNotListedIsRefusedToEverybody) {
  for (const Rpc& rpc : TheMatrix().rpcs()) {
    const rpc::AccessControl control = ControlOf(rpc.service);
    const std::string home = "/" + rpc.method->service()->full_name();
    for (const rpc::Caller& caller : Everybody()) {
      for (const std::string& path : {home + "/NewRpc", home, home + "/", std::string("/"),
                                      std::string("/callimport.new.v1.New/Rpc")}) {
        EXPECT_THAT(control.Check(path, caller), HasReason("CALLER_NOT_ALLOWED")) << path;
      }
    }
  }
}

TEST(AccessTest, PeopleOfWorkspacesAskOnlyWhatNamesAWorkspace) {
  for (const Rpc& rpc : TheMatrix().rpcs()) {
    const rpc::AccessRule* rule = TheMatrix().RuleOf(rpc);
    if (rule == nullptr) continue;
    for (const std::string& caller : rule->callers()) {
      if (!caller.starts_with("workspace-")) continue;
      EXPECT_NE(rpc::RequestNamesWorkspace(rpc.name), rule->any_workspace()) << rpc.name;
    }
  }
}

// Secrets leave the vault to the gateway alone, and keys are destroyed by operators alone.
TEST(AccessTest, SecretsAndKeysHaveOneCallerEach) {
  for (const Rpc& rpc : TheMatrix().rpcs()) {
    const rpc::AccessRule* rule = TheMatrix().RuleOf(rpc);
    if (rule == nullptr) continue;
    const std::string name = rpc.ShortName();
    if (name.starts_with("CredentialVault/") || name == "WebhookSecrets/LeaseWebhookSecrets") {
      EXPECT_THAT(rule->callers(), ::testing::ElementsAre("service/adapter-gateway")) << name;
    }
    if (name == "KeyAdmin/RotateKeys" || name == "KeyAdmin/DestroyKey") {
      EXPECT_THAT(rule->callers(), ::testing::ElementsAre("operator/*")) << name;
    }
  }
}

TEST(AccessTest, ThePageShowsTheRules) {
  const std::string file = CALLIMPORT_SOURCE_DIR "/docs/access.md";
  if (std::getenv("CALLIMPORT_DRAW")) std::ofstream(file) << DrawPage(TheMatrix());

  std::ifstream stream(file);
  std::stringstream shown;
  shown << stream.rdbuf();
  EXPECT_EQ(shown.str(), DrawPage(TheMatrix()))
      << "run: CALLIMPORT_DRAW=1 access_test --gtest_filter='*ThePage*'";
}

}  // namespace
}  // namespace callimport::access
