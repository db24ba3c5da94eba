// What bad input gets, and that it harms nothing else.
#include <gmock/gmock.h>

#include "callimport/credential_manager/v1/audit.grpc.pb.h"
#include "libs/common/ids.h"
#include "libs/rpc/invoke.h"
#include "libs/testing/status_matchers.h"
#include "tests/e2e/suite.h"
#include "tests/e2e/truth.h"

namespace callimport::e2e {
namespace {

using ::callimport::testing::HasCode;
using ::callimport::testing::HasReason;
using ::callimport::testing::IsOk;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr uint64_t kCalls = 60;

// One suite for all of these tests: they work in workspaces of their own.
class BadInputTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { suite_ = std::make_unique<Suite>(QuickCalls(kCalls)).release(); }
  static void TearDownTestSuite() { std::unique_ptr<Suite>(suite_).reset(); }

  ~BadInputTest() override { suite_->vendors().faults().Clear(); }

  std::string IdOf(uint64_t index) { return suite_->vendors().gong().book().IdOf(index); }

  void BreakRecordings(fake_vendors::FaultKind kind, const std::set<std::string>& calls) {
    fake_vendors::Fault fault;
    fault.kind = kind;
    fault.endpoint = "media";
    fault.calls = calls;
    suite_->vendors().faults().Add(fault);
  }

  static inline Suite* suite_ = nullptr;
};

TEST_F(BadInputTest, AKeyThatTheVendorRefusesIsNotStored) {
  Client client = suite_->ClientFor("wrong-key");
  const std::string url = suite_->vendors().base_url();

  const auto wrong = client.Connect(url, "fake-access-key", "not-the-secret");
  const auto forbidden = client.Connect(url, "fake-forbidden-key", "fake-access-key-secret");

  EXPECT_THAT(wrong, HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(wrong, HasReason("INVALID_KEY"));
  EXPECT_THAT(forbidden, HasReason("MISSING_PERMISSION"));
  const auto stored = client.Credentials();
  ASSERT_THAT(stored, IsOk());
  EXPECT_THAT(*stored, IsEmpty());
}

TEST_F(BadInputTest, ACredentialThatTheVendorRefusesByNowMakesNoImport) {
  Client client = suite_->ClientFor("refused-by-now");
  const std::string credential = suite_->ConnectGong(client);
  fake_vendors::Fault refusal;
  refusal.status = 401;
  refusal.endpoint = "api";
  suite_->vendors().faults().Add(refusal);

  const auto refused = client.CreateJob(credential);

  EXPECT_THAT(refused, HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(refused, HasReason("INVALID_KEY"));
  EXPECT_THAT(*client.Jobs(), IsEmpty());
  const vault::Credential known = client.Credentials()->front();
  EXPECT_FALSE(known.is_valid());
  EXPECT_EQ(known.health().state(), vault::CredentialHealth::STATE_REVOKED);
  EXPECT_TRUE(known.has_last_use_time());
  vault::ListAuditRequest entries;
  entries.set_workspace_id("refused-by-now");
  entries.set_action("verify");
  const auto audit = vault::Audit::NewStub(suite_->ChannelTo("credential-manager", "support-demo"));
  const auto audited = rpc::Invoke(*audit, &vault::Audit::Stub::ListAudit, entries);
  ASSERT_THAT(audited, IsOk());
  ASSERT_EQ(audited->entries_size(), 1);
  EXPECT_EQ(audited->entries(0).detail(), "INVALID_KEY");
  EXPECT_EQ(audited->entries(0).actor(), "service/adapter-gateway");
  EXPECT_THAT(suite_->MetricsOf("credential-manager"), HasSubstr("INVALID_KEY"));

  suite_->vendors().faults().Clear();
  gateway::VerifyCredentialRequest verify;
  verify.set_workspace_id("refused-by-now");
  verify.set_credential_id(credential);
  const auto gateway_stub =
      gateway::Connections::NewStub(suite_->ChannelTo("adapter-gateway", "support-demo"));
  const auto accepted =
      rpc::Invoke(*gateway_stub, &gateway::Connections::Stub::VerifyCredential, verify);

  ASSERT_THAT(accepted, IsOk());
  EXPECT_TRUE(accepted->accepted());
  EXPECT_EQ(accepted->account_name(), client.Credentials()->front().account_name());
  EXPECT_TRUE(client.Credentials()->front().is_valid());
  EXPECT_THAT(client.CreateJob(credential), IsOk());
}

TEST_F(BadInputTest, AVendorThatIsDownRefusesNoImport) {
  Client client = suite_->ClientFor("vendor-down");
  const std::string credential = suite_->ConnectGong(client);
  fake_vendors::Fault outage;
  outage.status = 503;
  outage.endpoint = "api";
  outage.times = 30;
  suite_->vendors().faults().Add(outage);

  const auto job = client.CreateJob(credential);

  ASSERT_THAT(job, IsOk());
  EXPECT_TRUE(client.Credentials()->front().is_valid());
  suite_->vendors().faults().Clear();
  ASSERT_THAT(client.Cancel(job->job_id()), IsOk());
}

TEST_F(BadInputTest, AVendorThatCannotBeReachedIsNamedSo) {
  Client client = suite_->ClientFor("unreachable");

  const auto connected =
      client.Connect(std::string("http://").append(kNobodyListens), "key", "secret");

  EXPECT_THAT(connected, HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(connected, HasReason("VENDOR_UNREACHABLE"));
  EXPECT_THAT(*client.Credentials(), IsEmpty());
}

TEST_F(BadInputTest, FiltersReachTheVendorAndUnknownOnesAreRefused) {
  Client client = suite_->ClientFor("filters");
  scheduler::CreateImportJobRequest request;
  request.set_credential_id(suite_->ConnectGong(client));
  auto& attributes = *request.mutable_filter()->mutable_attributes();
  attributes["colour"] = "blue";
  EXPECT_THAT(client.Create(request), HasCode(absl::StatusCode::kInvalidArgument));

  attributes.erase("colour");
  attributes["workspace_id"] = "no-such-workspace";
  const auto none = client.Create(request);
  ASSERT_THAT(none, IsOk());
  const scheduler::ImportJob empty = client.WaitForEnd(none->job_id(), 60s);
  EXPECT_EQ(empty.state(), words::JOB_STATE_COMPLETED);
  EXPECT_EQ(empty.progress().listed_calls(), 0);

  attributes["workspace_id"] = suite_->vendors().gong().book().workspace_id();
  const auto all = client.Create(request);
  ASSERT_THAT(all, IsOk());
  EXPECT_EQ(client.WaitForEnd(all->job_id(), 60s).progress().completed_calls(),
            static_cast<int64_t>(kCalls));
}

TEST_F(BadInputTest, AFailedImportIsRetriedByCause) {
  Client client = suite_->ClientFor("causes");
  BreakRecordings(fake_vendors::FaultKind::kHtml, {IdOf(3), IdOf(4)});
  const auto job = client.CreateJob(suite_->ConnectGong(client));
  ASSERT_THAT(job, IsOk());
  ASSERT_EQ(client.WaitForEnd(job->job_id(), 60s).state(), words::JOB_STATE_PARTIAL);

  const auto stub =
      scheduler::JobScheduler::NewStub(suite_->ChannelTo("job-scheduler", "support-demo"));
  scheduler::ListFailureCausesRequest ask;
  ask.set_workspace_id("causes");
  ask.set_job_id(job->job_id());
  const auto causes = rpc::Invoke(*stub, &scheduler::JobScheduler::Stub::ListFailureCauses, ask);
  ASSERT_THAT(causes, IsOk());
  ASSERT_EQ(causes->causes_size(), 1);
  EXPECT_EQ(causes->causes(0).calls(), 2);
  suite_->vendors().faults().Clear();
  scheduler::RetryFailedRequest retry;
  retry.set_workspace_id("causes");
  retry.set_job_id(job->job_id());
  retry.set_retry_token(causes->causes(0).retry_token());
  const auto retried = rpc::Invoke(*stub, &scheduler::JobScheduler::Stub::RetryFailed, retry);

  ASSERT_THAT(retried, IsOk());
  EXPECT_EQ(retried->retried_calls(), 2);
  EXPECT_EQ(client.WaitForEnd(job->job_id(), 60s).state(), words::JOB_STATE_COMPLETED);
}

TEST_F(BadInputTest, UnknownIdsAreNotFound) {
  Client client = suite_->ClientFor("nobody");
  const std::string id = NewUuid();

  EXPECT_THAT(client.GetJob(id), HasCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(client.Cancel(id), HasCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(client.RetryFailed(id), HasCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(client.Calls(id), HasCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(client.Engagement(id), HasCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(client.Recording(id), HasCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(client.Watch(id, "", [](const auto&) { return true; }),
              HasCode(absl::StatusCode::kNotFound));
}

TEST_F(BadInputTest, AnotherWorkspacesJobIsNotFound) {
  Client owner = suite_->ClientFor("owner");
  Client other = suite_->ClientFor("other");
  const auto job = owner.CreateJob(suite_->ConnectGong(owner));
  ASSERT_THAT(job, IsOk());

  EXPECT_THAT(other.GetJob(job->job_id()), HasCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(other.Cancel(job->job_id()), HasCode(absl::StatusCode::kNotFound));

  owner.WaitForEnd(job->job_id(), 60s);
  const auto engagements = owner.Engagements();
  ASSERT_THAT(engagements, IsOk());
  ASSERT_FALSE(engagements->empty());
  EXPECT_THAT(other.Engagement(engagements->front().engagement_id()),
              HasCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(*other.Engagements(), IsEmpty());
}

TEST_F(BadInputTest, AWorkspaceAdminIsHeldToTheOwnWorkspace) {
  Client stranger = suite_->ClientFor("not-acme", "workspace-admin-acme");

  EXPECT_THAT(stranger.Jobs(), AnyOf(HasCode(absl::StatusCode::kNotFound),
                                     HasCode(absl::StatusCode::kPermissionDenied)));
}

TEST_F(BadInputTest, ServicesAnswerOnlyThoseWhoMayAsk) {
  Client auditor = suite_->ClientFor("acme", "auditor");

  EXPECT_THAT(auditor.Jobs(), HasCode(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(auditor.Engagements(), HasCode(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(auditor.Connect("http://127.0.0.1:1", "k", "s"),
              HasCode(absl::StatusCode::kPermissionDenied));
}

TEST_F(BadInputTest, RequestsThatMakeNoSenseAreRefusedFieldByField) {
  Client client = suite_->ClientFor("acme");
  Client nameless = suite_->ClientFor("no spaces, please");

  for (const absl::Status& status :
       {client.CreateJob("no-uuid", "no-uuid").status(), client.GetJob("").status(),
        nameless.Jobs().status(), nameless.Engagements().status(), client.Search("").status(),
        client.Connect("not an address", "", "").status(), nameless.Credentials().status(),
        client.Watch("", "no token", [](const auto&) { return true; })}) {
    EXPECT_THAT(status, HasCode(absl::StatusCode::kInvalidArgument));
    EXPECT_TRUE(status.GetPayload("type.googleapis.com/google.rpc.BadRequest").has_value())
        << status;
  }
}

TEST_F(BadInputTest, ARequestIdNamesOneJobOnly) {
  Client client = suite_->ClientFor("request-id");
  const std::string credential = suite_->ConnectGong(client);
  const std::string request_id = NewUuid();

  const auto first = client.CreateJob(credential, request_id);
  const auto again = client.CreateJob(credential, request_id);
  const auto reused = client.CreateJob(NewUuid(), request_id);

  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(first->job_id(), again->job_id());
  EXPECT_THAT(reused, HasReason("REQUEST_ID_REUSED"));
  client.WaitForEnd(first->job_id(), 60s);
}

TEST_F(BadInputTest, ABrokenRecordingFailsItsCallAloneUntilRetried) {
  using fake_vendors::FaultKind;
  Client client = suite_->ClientFor("broken");
  const std::string credential = suite_->ConnectGong(client);
  BreakRecordings(FaultKind::kHtml, {IdOf(1)});
  BreakRecordings(FaultKind::kEmpty, {IdOf(2)});
  BreakRecordings(FaultKind::kGarbage, {IdOf(3)});
  BreakRecordings(FaultKind::kCut, {IdOf(4)});
  const std::set<std::string> broken = {IdOf(1), IdOf(2), IdOf(3), IdOf(4)};

  const auto job = client.CreateJob(credential);
  ASSERT_THAT(job, IsOk());
  const scheduler::ImportJob ended = client.WaitForEnd(job->job_id(), 60s);

  EXPECT_EQ(ended.state(), words::JOB_STATE_PARTIAL);
  EXPECT_EQ(ended.progress().failed_calls(), 4);
  ExpectAllImported(client, suite_->vendors().gong(), broken);
  const auto calls = client.Calls(job->job_id());
  ASSERT_THAT(calls, IsOk());
  for (const scheduler::ImportCall& call : *calls) {
    const bool failed = call.state() == words::CALL_STATE_FAILED;
    EXPECT_EQ(failed, broken.contains(call.source_call_id()));
    if (failed) {
      EXPECT_FALSE(call.error_reason().empty());
      EXPECT_FALSE(call.error_message().empty());
      EXPECT_TRUE(call.retryable());
    }
  }

  suite_->vendors().faults().Clear();
  const auto retried = client.RetryFailed(job->job_id());
  ASSERT_THAT(retried, IsOk());
  EXPECT_EQ(retried->retried_calls(), 4);
  EXPECT_EQ(client.WaitForEnd(job->job_id(), 60s).state(), words::JOB_STATE_COMPLETED);
  ExpectAllImported(client, suite_->vendors().gong());
}

TEST_F(BadInputTest, FaultsOfTheVendorThatPassAreTriedAgainByThemselves) {
  using fake_vendors::FaultKind;
  Client client = suite_->ClientFor("passing");
  const std::string credential = suite_->ConnectGong(client);
  fake_vendors::Fault fault;
  fault.endpoint = "media";
  fault.times_per_call = 1;
  for (const FaultKind kind : {FaultKind::kTruncated, FaultKind::kReset, FaultKind::kStatus}) {
    fault.kind = kind;
    fault.calls = {IdOf(10 + static_cast<uint64_t>(kind))};
    suite_->vendors().faults().Add(fault);
  }

  const auto job = client.CreateJob(credential);
  ASSERT_THAT(job, IsOk());
  const scheduler::ImportJob ended = client.WaitForEnd(job->job_id(), 90s);

  EXPECT_EQ(ended.state(), words::JOB_STATE_COMPLETED) << ended.ShortDebugString();
  ExpectAllImported(client, suite_->vendors().gong());
}

}  // namespace
}  // namespace callimport::e2e
