// Both services as their callers meet them: over a real server, with certificates.
#include "libs/common/ids.h"
#include "libs/common/proto_time.h"
#include "libs/crypto/random.h"
#include "libs/rpc/invoke.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/postgres_fixture.h"
#include "libs/testing/rpc_server.h"
#include "libs/testing/status_matchers.h"
#include "services/credential-manager/api/credential_admin_service.h"
#include "services/credential-manager/api/credential_vault_service.h"

namespace callimport::credential_manager {
namespace {

using callimport::testing::Allow;
using callimport::testing::HasCode;
using callimport::testing::HasReason;
using callimport::testing::IsOk;
using rpc::Invoke;

class CredentialServicesTest : public callimport::testing::PostgresTest {
 protected:
  CredentialServicesTest() : PostgresTest("credential_manager", Migrations()) {}

  static v1::StoreCredentialRequest Gong(const std::string& workspace = "acme") {
    v1::StoreCredentialRequest request;
    request.set_request_id(NewUuid());
    request.set_workspace_id(workspace);
    request.set_platform("gong");
    request.set_retention(v1::RETENTION_PERSISTENT);
    (*request.mutable_secret_fields())["access_key_secret"] = "canary-secret";
    (*request.mutable_public_fields())["base_url"] = "https://api.gong.io";
    request.mutable_actor()->set_kind(callimport::common::v1::Actor::KIND_SUPPORT);
    request.mutable_actor()->set_name("dana");
    return request;
  }

  std::string StoreOne(const std::string& workspace = "acme") {
    return Invoke(*vault_, &v1::CredentialVault::Stub::StoreCredential, Gong(workspace))
        ->credential()
        .credential_id();
  }

  template <typename Request>
  static Request Named(const std::string& workspace, const std::string& credential_id) {
    Request request;
    request.set_workspace_id(workspace);
    request.set_credential_id(credential_id);
    return request;
  }

  const Sealer sealer_{crypto::Keyset{"k1", {{"k1", Secret(crypto::RandomBytes(32))}}}};
  CredentialStore store_{pool(), sealer_};
  const callimport::testing::FakeClock clock_;
  CredentialVaultService vault_service_{store_, clock_};
  CredentialAdminService admin_service_{store_};
  callimport::testing::RpcServer server_{
      {&vault_service_, &admin_service_},
      {Allow("callimport.credential_manager.v1.CredentialVault", "service/adapter-gateway"),
       Allow("callimport.credential_manager.v1.CredentialAdmin", "workspace-admin/*")},
      "credential-manager"};
  const std::unique_ptr<v1::CredentialVault::Stub> vault_ =
      v1::CredentialVault::NewStub(server_.ChannelOf("adapter-gateway"));
  const std::unique_ptr<v1::CredentialAdmin::Stub> admin_ =
      v1::CredentialAdmin::NewStub(server_.ChannelOf("workspace-admin-acme"));
};

TEST_F(CredentialServicesTest, TheGatewayLeasesSecretAndPublicFieldsTogether) {
  const auto leased = Invoke(*vault_, &v1::CredentialVault::Stub::LeaseAccess,
                             Named<v1::LeaseAccessRequest>("acme", StoreOne()));

  ASSERT_THAT(leased, IsOk());
  EXPECT_EQ(leased->platform(), "gong");
  EXPECT_EQ(leased->fields().at("access_key_secret"), "canary-secret");
  EXPECT_EQ(leased->fields().at("base_url"), "https://api.gong.io");
}

TEST_F(CredentialServicesTest, NobodyElseMayLease) {
  for (const char* name : {"job-scheduler", "media-pipeline", "support-demo"}) {
    const auto stub = v1::CredentialVault::NewStub(server_.ChannelOf(name));
    EXPECT_THAT(Invoke(*stub, &v1::CredentialVault::Stub::LeaseAccess,
                       Named<v1::LeaseAccessRequest>("acme", StoreOne(name))),
                HasCode(absl::StatusCode::kPermissionDenied))
        << name;
  }
}

TEST_F(CredentialServicesTest, PeopleSeeNoSecret) {
  StoreOne();
  v1::ListCredentialsRequest request;
  request.set_workspace_id("acme");

  const auto listed = Invoke(*admin_, &v1::CredentialAdmin::Stub::ListCredentials, request);

  ASSERT_THAT(listed, IsOk());
  ASSERT_EQ(listed->credentials_size(), 1);
  EXPECT_EQ(listed->credentials(0).created_by().name(), "dana");
  EXPECT_EQ(listed->DebugString().find("canary"), std::string::npos);
}

TEST_F(CredentialServicesTest, TheViewTellsValidityAndEveryTime) {
  const std::string id = StoreOne();
  const auto get = [&] {
    return Invoke(*admin_, &v1::CredentialAdmin::Stub::GetCredential,
                  Named<v1::GetCredentialRequest>("acme", id))
        ->credential();
  };
  const v1::Credential fresh = get();
  ASSERT_THAT(Invoke(*vault_, &v1::CredentialVault::Stub::LeaseAccess,
                     Named<v1::LeaseAccessRequest>("acme", id)),
              IsOk());
  auto verdict = Named<v1::RecordVerificationRequest>("acme", id);
  verdict.set_reason("INVALID_KEY");
  ASSERT_THAT(Invoke(*vault_, &v1::CredentialVault::Stub::RecordVerification, verdict), IsOk());
  const v1::Credential used = get();

  EXPECT_EQ(fresh.credential_id(), id);
  EXPECT_EQ(fresh.platform(), "gong");
  EXPECT_EQ(fresh.type(), v1::CREDENTIAL_TYPE_API_KEY);
  EXPECT_TRUE(fresh.is_valid());
  EXPECT_TRUE(fresh.has_create_time());
  EXPECT_TRUE(fresh.has_update_time());
  EXPECT_TRUE(fresh.has_last_verify_time());
  EXPECT_FALSE(fresh.has_expire_time()) << "keys do not expire";
  EXPECT_FALSE(fresh.has_last_use_time());
  EXPECT_FALSE(used.is_valid());
  EXPECT_EQ(used.health().state(), v1::CredentialHealth::STATE_REVOKED);
  EXPECT_FALSE(used.health().next_action().empty());
  EXPECT_GE(FromProto(used.last_use_time()), FromProto(fresh.create_time()));
  EXPECT_GT(FromProto(used.update_time()), FromProto(fresh.update_time()));
  EXPECT_EQ(FromProto(used.last_verify_time()), FromProto(fresh.last_verify_time()));
}

TEST_F(CredentialServicesTest, AVerificationTellsWhoseAccountItIs) {
  auto store = Gong();
  store.set_account_name("Acme");
  store.set_account_email("dana@acme.example");
  auto verdict = Named<v1::RecordVerificationRequest>(
      "acme", Invoke(*vault_, &v1::CredentialVault::Stub::StoreCredential, store)
                  ->credential()
                  .credential_id());
  const auto verified = [&] {
    EXPECT_THAT(Invoke(*vault_, &v1::CredentialVault::Stub::RecordVerification, verdict), IsOk());
    return Invoke(*admin_, &v1::CredentialAdmin::Stub::GetCredential,
                  Named<v1::GetCredentialRequest>("acme", verdict.credential_id()))
        ->credential();
  };
  verdict.set_accepted(true);

  EXPECT_EQ(verified().account_email(), "dana@acme.example") << "the vendor does not say";
  verdict.set_account_name("Acme Inc");
  verdict.set_account_email("eve@acme.example");
  EXPECT_EQ(verified().account_name(), "Acme Inc");
  EXPECT_EQ(verified().account_email(), "eve@acme.example");

  verdict.set_account_name(std::string(257, 'x'));
  EXPECT_THAT(Invoke(*vault_, &v1::CredentialVault::Stub::RecordVerification, verdict),
              HasReason("INVALID_REQUEST"));
}

TEST_F(CredentialServicesTest, AnotherWorkspaceIsNotFound) {
  const std::string id = StoreOne("globex");

  EXPECT_THAT(Invoke(*admin_, &v1::CredentialAdmin::Stub::GetCredential,
                     Named<v1::GetCredentialRequest>("globex", id)),
              HasCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(Invoke(*admin_, &v1::CredentialAdmin::Stub::GetCredential,
                     Named<v1::GetCredentialRequest>("acme", id)),
              HasReason("CREDENTIAL_NOT_FOUND"));
}

TEST_F(CredentialServicesTest, WhatIsDeletedCannotBeLeased) {
  const std::string id = StoreOne();
  const auto request = Named<v1::DeleteCredentialRequest>("acme", id);

  EXPECT_THAT(Invoke(*admin_, &v1::CredentialAdmin::Stub::DeleteCredential, request), IsOk());
  EXPECT_THAT(Invoke(*admin_, &v1::CredentialAdmin::Stub::DeleteCredential, request), IsOk());

  EXPECT_THAT(Invoke(*vault_, &v1::CredentialVault::Stub::LeaseAccess,
                     Named<v1::LeaseAccessRequest>("acme", id)),
              HasReason("CREDENTIAL_NOT_FOUND"));
}

TEST_F(CredentialServicesTest, BadRequestsNameTheirFields) {
  v1::StoreCredentialRequest request = Gong("two words");
  request.set_request_id("once");
  request.clear_secret_fields();
  (*request.mutable_public_fields())[""] = "https://a";

  const auto stored = Invoke(*vault_, &v1::CredentialVault::Stub::StoreCredential, request);

  EXPECT_THAT(stored, HasReason("INVALID_REQUEST"));
  for (const char* field : {"request_id", "workspace_id", "secret_fields", "public_fields"}) {
    EXPECT_THAT(std::string(stored.status().message()), ::testing::HasSubstr(field));
  }
}

}  // namespace
}  // namespace callimport::credential_manager
