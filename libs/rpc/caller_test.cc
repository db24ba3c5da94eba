#include "libs/rpc/caller.h"

#include "libs/testing/status_matchers.h"

namespace callimport::rpc {
namespace {

using callimport::testing::HasCode;
using callimport::testing::IsOk;

TEST(CallerTest, ReadsServicesAndPeople) {
  const auto service = ParseCaller("spiffe://callimport/service/media-pipeline");
  const auto person = ParseCaller("spiffe://callimport/support/dana");

  ASSERT_TRUE(service && person);
  EXPECT_EQ(service->Identity(), "service/media-pipeline");
  EXPECT_EQ(person->Identity(), "support/dana");
  EXPECT_EQ(person->ToActor().kind(), callimport::common::v1::Actor::KIND_SUPPORT);
  EXPECT_FALSE(person->workspaces);
}

TEST(CallerTest, BindsWorkspacePeopleToTheirWorkspace) {
  const auto caller = ParseCaller("spiffe://callimport/workspace-admin/acme/dana");

  ASSERT_TRUE(caller);
  EXPECT_EQ(caller->Identity(), "workspace-admin/dana");
  EXPECT_THAT(CheckWorkspace(*caller, "acme"), IsOk());
  EXPECT_THAT(CheckWorkspace(*caller, "globex"), HasCode(absl::StatusCode::kNotFound));
}

TEST(CallerTest, LetsSupportSeeEveryWorkspace) {
  EXPECT_THAT(CheckWorkspace(*ParseCaller("spiffe://callimport/support/dana"), "acme"), IsOk());
}

TEST(CallerTest, KnowsNobodyElse) {
  for (const char* uri : {"", "spiffe://elsewhere/support/dana", "spiffe://callimport/",
                          "spiffe://callimport/support", "spiffe://callimport/support/",
                          "spiffe://callimport/root/dana", "spiffe://callimport/support/dana/more",
                          "spiffe://callimport/workspace-admin/dana"}) {
    EXPECT_FALSE(ParseCaller(uri)) << uri;
  }
}

}  // namespace
}  // namespace callimport::rpc
