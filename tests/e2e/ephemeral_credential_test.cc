// A credential that lives for one job: usable while the job may be retried, destroyed afterwards.
#include <gtest/gtest.h>

#include <filesystem>

#include "callimport/credential_manager/v1/credential_lifecycle.grpc.pb.h"
#include "callimport/credential_manager/v1/credential_vault.grpc.pb.h"
#include "libs/common/ids.h"
#include "libs/rpc/invoke.h"
#include "libs/testing/status_matchers.h"
#include "tests/e2e/suite.h"

namespace callimport::e2e {
namespace {

namespace fs = std::filesystem;
using rpc::Invoke;
using testing::HasCode;
using testing::HasReason;
using testing::IsOk;

constexpr char kVault[] = "credential-manager";
// Long enough for a retry that comes at once.
constexpr int kRetryWindowSeconds = 8;

class EphemeralCredential : public ::testing::Test {
 protected:
  static SuiteOptions Options() {
    SuiteOptions options = QuickCalls(5);
    options.patch = [](const std::string& service, Json& config) {
      if (service == kVault) config["lifecycle"]["retry_window_seconds"] = kRetryWindowSeconds;
    };
    return options;
  }

  // As adapter-gateway does once the vendor has accepted the key.
  std::string StoreForOneJob() {
    vault::StoreCredentialRequest request;
    request.set_request_id(NewUuid());
    request.set_workspace_id("acme");
    request.set_platform("gong");
    request.set_retention(vault::RETENTION_EPHEMERAL);
    (*request.mutable_secret_fields())["access_key"] = "fake-access-key";
    (*request.mutable_secret_fields())["access_key_secret"] = "fake-access-key-secret";
    (*request.mutable_public_fields())["base_url"] = suite_.vendors().base_url();
    request.mutable_actor()->set_kind(words::Actor::KIND_SUPPORT);
    request.mutable_actor()->set_name("dana");
    const auto stub = vault::CredentialVault::NewStub(suite_.ChannelTo(kVault, "adapter-gateway"));
    const auto stored = Invoke(*stub, &vault::CredentialVault::Stub::StoreCredential, request);
    EXPECT_THAT(stored, IsOk());
    return stored.ok() ? stored->credential().credential_id() : "";
  }

  absl::StatusOr<vault::LeaseAccessResponse> Lease(const std::string& credential_id) {
    vault::LeaseAccessRequest request;
    request.set_workspace_id("acme");
    request.set_credential_id(credential_id);
    const auto stub = vault::CredentialVault::NewStub(suite_.ChannelTo(kVault, "adapter-gateway"));
    return Invoke(*stub, &vault::CredentialVault::Stub::LeaseAccess, request);
  }

  absl::StatusOr<vault::GetShredReceiptResponse> ReceiptOf(const std::string& credential_id) {
    vault::GetShredReceiptRequest request;
    request.set_workspace_id("acme");
    request.set_credential_id(credential_id);
    const auto stub = vault::CredentialLifecycle::NewStub(suite_.ChannelTo(kVault, "support-demo"));
    return Invoke(*stub, &vault::CredentialLifecycle::Stub::GetShredReceipt, request);
  }

  bool HasEpochKeys() const { return !fs::is_empty(suite_.folder() / "keys" / "epoch"); }

  void BreakOneRecording() {
    fake_vendors::Fault fault;
    fault.kind = fake_vendors::FaultKind::kHtml;
    fault.endpoint = "media";
    fault.calls = {suite_.vendors().gong().book().IdOf(1)};
    suite_.vendors().faults().Add(fault);
  }

  Suite suite_{Options()};
  Client client_ = suite_.ClientFor("acme");
};

TEST_F(EphemeralCredential, IsDestroyedAfterItsJobAndTheRetryWindow) {
  BreakOneRecording();
  const std::string credential = StoreForOneJob();
  const auto job = client_.CreateJob(credential);
  ASSERT_THAT(job, IsOk());
  ASSERT_EQ(client_.WaitForEnd(job->job_id(), 60s).state(), words::JOB_STATE_PARTIAL);

  const auto in_time = client_.RetryFailed(job->job_id());
  ASSERT_THAT(in_time, IsOk());
  EXPECT_EQ(in_time->retried_calls(), 1);
  ASSERT_EQ(client_.WaitForEnd(job->job_id(), 60s).state(), words::JOB_STATE_PARTIAL);
  EXPECT_TRUE(HasEpochKeys());

  ASSERT_TRUE(Eventually(60s, [&] { return ReceiptOf(credential).ok(); }));

  const Json statement = Json::parse(ReceiptOf(credential)->statement());
  EXPECT_EQ(statement["cause"], "CAUSE_RELEASED");
  EXPECT_EQ(statement["job_ids"], Json::array({job->job_id()}));
  EXPECT_FALSE(HasEpochKeys());
  EXPECT_THAT(Lease(credential), HasCode(absl::StatusCode::kNotFound));
  const auto too_late = client_.RetryFailed(job->job_id());
  EXPECT_THAT(too_late, HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(too_late, HasReason("CREDENTIAL_SHREDDED"));
  EXPECT_EQ(client_.GetJob(job->job_id())->state(), words::JOB_STATE_PARTIAL);
}

TEST_F(EphemeralCredential, ComesWithTheRequestAndIsDestroyedTheSameWay) {
  scheduler::CreateImportJobRequest request;
  request.set_request_id(NewUuid());
  request.mutable_inline_credential()->set_platform("gong");
  auto& fields = *request.mutable_inline_credential()->mutable_fields();
  fields["access_key"] = "fake-access-key";
  fields["access_key_secret"] = "not-the-secret";
  fields["base_url"] = suite_.vendors().base_url();
  EXPECT_THAT(client_.Create(request), HasReason("INVALID_KEY"));
  EXPECT_TRUE(client_.Jobs()->empty());

  fields["access_key_secret"] = "fake-access-key-secret";
  const auto job = client_.Create(request);
  ASSERT_THAT(job, IsOk());
  EXPECT_EQ(client_.Create(request)->job_id(), job->job_id());
  ASSERT_EQ(client_.WaitForEnd(job->job_id(), 60s).state(), words::JOB_STATE_COMPLETED);

  ASSERT_TRUE(Eventually(60s, [&] { return ReceiptOf(job->credential_id()).ok(); }));

  const Json statement = Json::parse(ReceiptOf(job->credential_id())->statement());
  EXPECT_EQ(statement["cause"], "CAUSE_RELEASED");
  EXPECT_EQ(statement["job_ids"], Json::array({job->job_id()}));
  EXPECT_FALSE(HasEpochKeys());
  EXPECT_EQ(client_.Create(request)->job_id(), job->job_id()) << "repeated after all that";
}

}  // namespace
}  // namespace callimport::e2e
