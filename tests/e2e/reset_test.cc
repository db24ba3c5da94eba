// A mass import that went wrong is taken back, all of it, and made again.
#include <gmock/gmock.h>

#include <algorithm>

#include "callimport/job_scheduler/v1/mass_imports.grpc.pb.h"
#include "libs/common/ids.h"
#include "libs/rpc/invoke.h"
#include "libs/testing/status_matchers.h"
#include "tests/e2e/suite.h"

namespace callimport::e2e {
namespace {

using ::callimport::testing::HasReason;
using ::callimport::testing::IsOk;
using Stub = scheduler::MassImports::Stub;

constexpr uint64_t kCalls = 30;

class ResetTest : public ::testing::Test {
 protected:
  absl::StatusOr<scheduler::BeginMassImportResponse> Begin(const std::string& credential_id) {
    scheduler::BeginMassImportRequest request;
    request.set_request_id(NewUuid());
    request.set_workspace_id("acme");
    request.set_credential_id(credential_id);
    request.set_reason("the move to us");
    return rpc::Invoke(*mass_imports_, &Stub::BeginMassImport, request, {.timeout = 30s});
  }
  bool IsOver(const std::string& mass_import_id) {
    scheduler::GetMassImportRequest request;
    request.set_workspace_id("acme");
    request.set_mass_import_id(mass_import_id);
    const auto got = rpc::Invoke(*mass_imports_, &Stub::GetMassImport, request, {.timeout = 30s});
    return got.ok() && std::ranges::any_of(got->mass_import().steps(), [](const auto& step) {
             return step.kind() == scheduler::MassImportStep::KIND_MAINTENANCE_OFF;
           });
  }
  // A whole mass import; its id.
  std::string Import(const std::string& credential_id) {
    const auto begun = Begin(credential_id);
    EXPECT_THAT(begun, IsOk());
    if (!begun.ok()) return "";
    const std::string id = begun->mass_import().mass_import_id();
    EXPECT_TRUE(Eventually(120s, [&] { return IsOver(id); }));
    return id;
  }
  absl::StatusOr<scheduler::ResetRunResponse> Reset(const std::string& mass_import_id,
                                                    const std::string& token = "") {
    scheduler::ResetRunRequest request;
    request.set_workspace_id("acme");
    request.set_mass_import_id(mass_import_id);
    request.set_dry_run(token.empty());
    request.set_confirm_token(token);
    return rpc::Invoke(*mass_imports_, &Stub::ResetRun, request, {.timeout = 30s});
  }
  size_t Engagements() {
    const auto engagements = client_.Engagements();
    EXPECT_THAT(engagements, IsOk());
    return engagements.ok() ? engagements->size() : 0;
  }

  Suite suite_{QuickCalls(kCalls)};
  Client client_ = suite_.ClientFor("acme");
  const std::unique_ptr<Stub> mass_imports_ =
      scheduler::MassImports::NewStub(suite_.ChannelTo("job-scheduler", "support-demo"));
};

TEST_F(ResetTest, LeavesNothingOfAMassImportWhichCanBeginAnew) {
  const std::string credential = suite_.ConnectGong(client_);
  const std::string first = Import(credential);
  ASSERT_EQ(Engagements(), kCalls);
  const auto counted = Reset(first);
  ASSERT_THAT(counted, IsOk());
  EXPECT_EQ(counted->calls(), static_cast<int64_t>(kCalls));
  EXPECT_EQ(counted->engagements(), static_cast<int64_t>(kCalls));
  EXPECT_EQ(Engagements(), kCalls) << "it was only counted";
  EXPECT_THAT(Reset(first, "1-1-1"), HasReason("RESET_CHANGED"));

  ASSERT_THAT(Reset(first, counted->confirm_token()), IsOk());

  ASSERT_TRUE(Eventually(30s, [&] { return Engagements() == 0; }));
  ASSERT_TRUE(Eventually(30s, [&] {
    const auto left = Reset(first);
    return left.ok() && left->calls() == 0 && left->pending_calls() == 0;
  }));
  EXPECT_NO_THROW(suite_.database().Execute(
      "DO $$ BEGIN ASSERT NOT EXISTS (SELECT FROM media_pipeline.recordings)"
      " AND NOT EXISTS (SELECT FROM media_pipeline.transcripts); END $$"));
  Import(credential);
  EXPECT_EQ(Engagements(), kCalls) << "all of it is imported anew";
}

}  // namespace
}  // namespace callimport::e2e
