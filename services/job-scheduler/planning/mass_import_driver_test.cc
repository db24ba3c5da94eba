#include "services/job-scheduler/planning/mass_import_driver.h"

#include <vector>

#include "libs/common/errors.h"
#include "libs/testing/status_matchers.h"
#include "services/job-scheduler/storage/store_fixture.h"
#include "services/job-scheduler/storage/workspace_store.h"

namespace callimport::job_scheduler {
namespace {

using testing::HasReason;
using testing::IsOk;

// Notes every hold, and refuses while it is away.
class ScriptedInbox : public adapter_gateway::WebhookInboxClient {
 public:
  absl::Status Watch(std::optional<int64_t>, const adapter_gateway::WebhookSink&,
                     const std::stop_token&) override {
    return absl::UnimplementedError("nobody watches here");
  }
  absl::StatusOr<adapter_gateway::v1::SetWebhookHoldResponse> SetHold(
      const adapter_gateway::v1::SetWebhookHoldRequest& request) override {
    if (away) return Error(absl::StatusCode::kUnavailable, "GATEWAY_AWAY", "nobody there");
    holds.push_back(request.hold());
    return adapter_gateway::v1::SetWebhookHoldResponse();
  }

  bool away = false;
  std::vector<bool> holds;
};

class MassImportDriverTest : public StoreTest {
 protected:
  MassImport Begin() {
    MassImport import;
    import.mass_import_id = NewUuid();
    import.workspace_id = "acme";
    import.credential_id = NewUuid();
    import.request_id = NewUuid();
    import.reason = "moving over";
    import.created_by.set_kind(common::v1::Actor::KIND_SUPPORT);
    import.created_by.set_name("dana");
    return *imports_.Begin(import);
  }

  MassImport Current(const MassImport& import) {
    return *imports_.Find(import.workspace_id, import.mass_import_id);
  }

  // Lists one call and has it imported.
  void FinishImport(const MassImport& import) {
    const ImportJob job = *jobs_.Find("acme", import.job_id);
    ASSERT_THAT(plans_.StoreCalls(StartListing(job), Calls({"a"})), IsOk());
    Complete(Lease());
  }

  MassImportStore imports_{pool(), clock_};
  WorkspaceStore workspaces_{pool(), WorkspaceSettings(), clock_};
  ScriptedInbox inbox_;
  MassImportDriver driver_{imports_, jobs_, inbox_, clock_};
};

TEST_F(MassImportDriverTest, ClosesTheWorkspaceHoldsWebhooksAndStarts) {
  const auto begun = driver_.Advance(Begin());

  ASSERT_THAT(begun, IsOk());
  EXPECT_THAT(workspaces_.CheckOpen("acme"), HasReason("WORKSPACE_IN_MAINTENANCE"));
  EXPECT_EQ(inbox_.holds, std::vector{true});
  const auto job = jobs_.Find("acme", begun->job_id);
  ASSERT_THAT(job, IsOk());
  EXPECT_TRUE(job->run_now);
  EXPECT_EQ(job->window.start, kEarliestDefault);
}

TEST_F(MassImportDriverTest, GoesOnWhereItStopped) {
  const MassImport import = Begin();
  inbox_.away = true;
  EXPECT_THAT(driver_.Advance(import), HasReason("GATEWAY_AWAY"));
  EXPECT_TRUE(Current(import).job_id.empty()) << "nothing is imported before webhooks are held";
  inbox_.away = false;

  ASSERT_THAT(driver_.Run(), IsOk());

  EXPECT_FALSE(Current(import).job_id.empty());
}

TEST_F(MassImportDriverTest, AStepThatIsRepeatedStartsNoSecondImport) {
  const MassImport import = Begin();
  ASSERT_THAT(driver_.Advance(import), IsOk());

  // Another replica that has not seen that it has started.
  ASSERT_THAT(driver_.Advance(import), IsOk());

  EXPECT_EQ(jobs_.List({.workspace_id = "acme", .limit = 10})->size(), 1U);
}

TEST_F(MassImportDriverTest, OpensTheWorkspaceWhenTheImportHasEnded) {
  const MassImport import = *driver_.Advance(Begin());
  FinishImport(import);

  ASSERT_THAT(driver_.Run(), IsOk());

  EXPECT_THAT(workspaces_.CheckOpen("acme"), IsOk());
  EXPECT_EQ(inbox_.holds, (std::vector{true, false}));
  EXPECT_TRUE(imports_.ListOpen()->empty());
}

TEST_F(MassImportDriverTest, ACancelledImportKeepsTheWorkspaceClosedUntilSomebodyEndsIt) {
  const MassImport import = *driver_.Advance(Begin());
  ASSERT_THAT(jobs_.Cancel("acme", import.job_id), IsOk());
  ASSERT_THAT(driver_.Run(), IsOk());
  EXPECT_THAT(workspaces_.CheckOpen("acme"), HasReason("WORKSPACE_IN_MAINTENANCE"));

  ASSERT_THAT(imports_.GiveUp("acme", import.mass_import_id, import.created_by, "c1"), IsOk());
  ASSERT_THAT(driver_.Run(), IsOk());

  EXPECT_THAT(workspaces_.CheckOpen("acme"), IsOk());
}

}  // namespace
}  // namespace callimport::job_scheduler
