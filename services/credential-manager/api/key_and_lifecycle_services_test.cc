// Keys, lifecycles and webhook secrets as their callers meet them: over a real server.
#include <filesystem>
#include <thread>

#include "libs/rpc/invoke.h"
#include "libs/testing/rpc_server.h"
#include "services/credential-manager/api/credential_lifecycle_service.h"
#include "services/credential-manager/api/key_admin_service.h"
#include "services/credential-manager/api/webhook_secrets_service.h"
#include "services/credential-manager/rotation/rotation_fixture.h"
#include "services/credential-manager/shredding/shredder.h"

namespace callimport::credential_manager {
namespace {

using callimport::testing::Allow;
using callimport::testing::HasCode;
using callimport::testing::HasReason;
using callimport::testing::IsOk;
using rpc::Invoke;

class KeyAndLifecycleServicesTest : public RotationTest {
 protected:
  ~KeyAndLifecycleServicesTest() override { streams_.Close(); }

  std::vector<v1::RotateKeysResponse> Rotate(bool reencrypt = false) {
    v1::RotateKeysRequest request;
    request.set_reencrypt(reencrypt);
    grpc::ClientContext context;
    rpc::Prepare(context, std::chrono::seconds(20));
    const auto reader = keys_->RotateKeys(&context, request);
    std::vector<v1::RotateKeysResponse> messages;
    for (v1::RotateKeysResponse message; reader->Read(&message);) messages.push_back(message);
    last_ = rpc::FromGrpcStatus(reader->Finish());
    return messages;
  }

  feed::FeedSignal streams_;
  Rotator rotator_{rotations_, ring_, sealer_};
  LifecycleStore lifecycles_{pool(), sealer_};
  WebhookSecretStore webhook_store_{pool(), sealer_, SystemClock()};
  KeyAdminService key_service_{key_store_, rotations_, ring_, streams_};
  CredentialLifecycleService lifecycle_service_{lifecycles_, std::chrono::hours(72), streams_};
  WebhookSecretsService webhook_service_{webhook_store_, SystemClock()};
  callimport::testing::RpcServer server_{
      {&key_service_, &lifecycle_service_, &webhook_service_},
      {Allow("callimport.credential_manager.v1.KeyAdmin", "operator/*"),
       Allow("callimport.credential_manager.v1.CredentialLifecycle", "service/job-scheduler"),
       Allow("callimport.credential_manager.v1.WebhookSecrets", "service/adapter-gateway")},
      "credential-manager"};
  const std::unique_ptr<v1::KeyAdmin::Stub> keys_ =
      v1::KeyAdmin::NewStub(server_.ChannelOf("operator"));
  const std::unique_ptr<v1::CredentialLifecycle::Stub> lifecycle_ =
      v1::CredentialLifecycle::NewStub(server_.ChannelOf("job-scheduler"));
  const std::unique_ptr<v1::WebhookSecrets::Stub> webhooks_ =
      v1::WebhookSecrets::NewStub(server_.ChannelOf("adapter-gateway"));
  absl::Status last_;
};

TEST_F(KeyAndLifecycleServicesTest, ARotationEndsWithTheProofThatFreesTheOldKey) {
  StoreMany(5);
  UseKeys({"k2", "k1"});
  v1::DestroyKeyRequest destroy;
  destroy.set_key_id("k1");
  EXPECT_THAT(Invoke(*keys_, &v1::KeyAdmin::Stub::DestroyKey, destroy), HasReason("KEY_IN_USE"));
  std::vector<v1::RotateKeysResponse> messages;
  {
    std::jthread asking([&] { messages = Rotate(); });
    while (!rotations_.FindRunning()->has_value()) std::this_thread::yield();
    ASSERT_THAT(rotator_.Run(), IsOk());
  }

  ASSERT_THAT(last_, IsOk());
  ASSERT_FALSE(messages.empty());
  const v1::RotateKeysResponse& end = messages.back();
  EXPECT_EQ(end.rows_done(), 5);
  EXPECT_EQ(end.rows_left(), 0);
  ASSERT_EQ(end.proof().rows_under_keys_size(), 2);
  EXPECT_EQ(end.proof().rows_under_keys(0).key_id(), "k1");
  EXPECT_EQ(end.proof().rows_under_keys(0).rows(), 0);
  EXPECT_GT(end.proof().count_time().seconds(), 0);
  EXPECT_THAT(Invoke(*keys_, &v1::KeyAdmin::Stub::DestroyKey, destroy), IsOk());

  const auto listed = Invoke(*keys_, &v1::KeyAdmin::Stub::ListKeys, v1::ListKeysRequest());
  ASSERT_THAT(listed, IsOk());
  ASSERT_EQ(listed->keys_size(), 2);
  for (const v1::Key& key : listed->keys()) {
    EXPECT_EQ(key.state(), key.key_id() == "k1" ? v1::KEY_STATE_DESTROYED : v1::KEY_STATE_PRIMARY);
  }
}

TEST_F(KeyAndLifecycleServicesTest, ThePrimaryCannotBeDestroyedAndOthersMayNotAsk) {
  v1::DestroyKeyRequest destroy;
  EXPECT_THAT(Invoke(*keys_, &v1::KeyAdmin::Stub::DestroyKey, destroy),
              HasReason("INVALID_REQUEST"));
  destroy.set_key_id("k1");
  EXPECT_THAT(Invoke(*keys_, &v1::KeyAdmin::Stub::DestroyKey, destroy),
              HasReason("KEY_IS_PRIMARY"));
  for (const char* name : {"support-demo", "adapter-gateway", "workspace-admin-acme"}) {
    const auto stub = v1::KeyAdmin::NewStub(server_.ChannelOf(name));
    EXPECT_THAT(Invoke(*stub, &v1::KeyAdmin::Stub::DestroyKey, destroy),
                HasCode(absl::StatusCode::kPermissionDenied));
  }
}

TEST_F(KeyAndLifecycleServicesTest, AWatcherHearsOfANewCredentialWithinASecond) {
  const auto snapshot = Invoke(*lifecycle_, &v1::CredentialLifecycle::Stub::GetCredentialSnapshot,
                               v1::GetCredentialSnapshotRequest());
  ASSERT_THAT(snapshot, IsOk());
  v1::WatchCredentialsRequest request;
  request.set_after_revision(snapshot->revision());
  grpc::ClientContext context;
  rpc::Prepare(context, std::chrono::seconds(20));
  const auto reader = lifecycle_->WatchCredentials(&context, request);
  v1::WatchCredentialsResponse message;
  ASSERT_TRUE(reader->Read(&message));
  EXPECT_EQ(message.events_size(), 0) << "a heartbeat";

  const std::string id = StoreOne("canary");
  const auto stored = std::chrono::steady_clock::now();
  while (message.events_size() == 0 && reader->Read(&message)) {
  }

  EXPECT_LT(std::chrono::steady_clock::now() - stored, std::chrono::seconds(1));
  ASSERT_EQ(message.events_size(), 1);
  EXPECT_EQ(message.events(0).change(), v1::CREDENTIAL_CHANGE_CREATED);
  EXPECT_EQ(message.events(0).credential().credential_id(), id);
  EXPECT_EQ(message.DebugString().find("canary"), std::string::npos);
  context.TryCancel();
}

TEST_F(KeyAndLifecycleServicesTest, ReleasesNameTheirFieldsWhenTheyAreWrong) {
  v1::ReleaseRequest request;
  request.set_workspace_id("two words");
  const auto released = Invoke(*lifecycle_, &v1::CredentialLifecycle::Stub::Release, request);
  EXPECT_THAT(released, HasReason("INVALID_REQUEST"));
  for (const char* field : {"workspace_id", "credential_id", "job_id", "job_end_time"}) {
    EXPECT_THAT(std::string(released.status().message()), ::testing::HasSubstr(field));
  }
}

TEST_F(KeyAndLifecycleServicesTest, TheGatewayKeepsAndGetsWebhookSecrets) {
  v1::StoreWebhookSecretRequest store;
  store.set_request_id(NewUuid());
  store.set_workspace_id("acme");
  store.set_platform("gong");
  store.set_source("source-1");
  store.set_secret("whsec_1");
  EXPECT_THAT(Invoke(*webhooks_, &v1::WebhookSecrets::Stub::StoreWebhookSecret, store),
              HasReason("INVALID_REQUEST"));
  store.mutable_actor()->set_kind(callimport::common::v1::Actor::KIND_SUPPORT);
  store.mutable_actor()->set_name("dana");
  const auto stored = Invoke(*webhooks_, &v1::WebhookSecrets::Stub::StoreWebhookSecret, store);
  ASSERT_THAT(stored, IsOk());
  v1::RecordWebhookSecretUseRequest use;
  use.set_workspace_id("acme");
  use.set_webhook_secret_id(stored->webhook_secret_id());
  EXPECT_THAT(Invoke(*webhooks_, &v1::WebhookSecrets::Stub::RecordWebhookSecretUse, use), IsOk());

  v1::LeaseWebhookSecretsRequest lease;
  lease.set_workspace_id("acme");
  lease.set_platform("gong");
  lease.set_source("source-1");
  const auto leased = Invoke(*webhooks_, &v1::WebhookSecrets::Stub::LeaseWebhookSecrets, lease);

  ASSERT_THAT(leased, IsOk());
  ASSERT_EQ(leased->secrets_size(), 1);
  EXPECT_EQ(leased->secrets(0).secret(), "whsec_1");
  EXPECT_TRUE(leased->secrets(0).has_last_use_time());
  const auto stub = v1::WebhookSecrets::NewStub(server_.ChannelOf("job-scheduler"));
  EXPECT_THAT(Invoke(*stub, &v1::WebhookSecrets::Stub::LeaseWebhookSecrets, lease),
              HasCode(absl::StatusCode::kPermissionDenied));
}

}  // namespace
}  // namespace callimport::credential_manager
