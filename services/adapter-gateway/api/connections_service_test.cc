#include "services/adapter-gateway/api/connections_service.h"

#include <gtest/gtest.h>

#include <set>

#include "libs/testing/status_matchers.h"
#include "services/adapter-gateway/api/gateway_services_fixture.h"

namespace callimport::adapter_gateway {
namespace {

using namespace std::chrono_literals;
using testing::HasCode;
using testing::HasReason;
using testing::IsOk;

constexpr char kRequestId[] = "0190a1b2-0000-7000-8000-000000000001";

TEST_F(GatewayServicesTest, ListsThePlatformsOfTheCatalog) {
  const auto response = rpc::Invoke(*connections_stub_, &v1::Connections::Stub::ListPlatforms,
                                    v1::ListPlatformsRequest());

  ASSERT_THAT(response, IsOk());
  EXPECT_GE(response->platforms_size(), 11);
  for (const common::v1::PlatformDescriptor& platform : response->platforms()) {
    SCOPED_TRACE(platform.platform());
    EXPECT_FALSE(platform.display_name().empty());
    EXPECT_FALSE(platform.logo_url().empty());
    EXPECT_GT(platform.auth_types_size(), 0);
    EXPECT_FALSE(platform.auth_instructions().empty());
    EXPECT_NE(platform.status(), common::v1::PlatformDescriptor::STATUS_UNSPECIFIED);
  }
}

TEST_F(GatewayServicesTest, TellsTheConditionOfEveryPlatformThatIsOffered) {
  ASSERT_THAT(Connect(ConnectRequest()), IsOk());

  const auto response = rpc::Invoke(*connections_stub_, &v1::Connections::Stub::ListPlatforms,
                                    v1::ListPlatformsRequest());

  ASSERT_THAT(response, IsOk());
  std::set<std::string> names;
  for (const v1::PlatformCondition& condition : response->conditions()) {
    names.insert(condition.platform());
    EXPECT_EQ(condition.open_breakers(), 0);
    EXPECT_EQ(condition.missing_fields_size(), 0);
    EXPECT_FALSE(condition.has_contract_check_time());  // no call was listed yet
  }
  EXPECT_TRUE(names.contains("gong"));
  for (const common::v1::PlatformDescriptor& platform : response->platforms()) {
    const bool offered = platform.status() == common::v1::PlatformDescriptor::STATUS_SUPPORTED ||
                         platform.status() == common::v1::PlatformDescriptor::STATUS_BETA;
    EXPECT_EQ(names.contains(platform.platform()), offered) << platform.platform();
  }
}

TEST_F(GatewayServicesTest, StoresACredentialThatTheVendorAccepts) {
  auto request = ConnectRequest();
  (*request.mutable_fields())["base_url"] = "https://us-1.api.gong.io";

  const auto response = Connect(request);

  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->credential_id(), "credential-1");
  EXPECT_EQ(response->account_name(), "Sales");
  ASSERT_EQ(vault_.stored().size(), 1u);
  const auto& stored = vault_.stored().front();
  EXPECT_EQ(stored.secret_fields().at("access_key_secret"), "s");
  EXPECT_EQ(stored.public_fields().at("base_url"), "https://us-1.api.gong.io");
  EXPECT_EQ(stored.secret_fields().count("base_url"), 0u);
  EXPECT_EQ(stored.actor().name(), "demo");
}

TEST_F(GatewayServicesTest, AKeyForOneJobIsStoredBesideTheAccountsOwn) {
  const auto of_scheduler = v1::Connections::NewStub(server_.ChannelOf("job-scheduler"));
  auto request = ConnectRequest();
  request.set_for_one_job(true);

  const auto connected =
      rpc::Invoke(*of_scheduler, &v1::Connections::Stub::ConnectWithApiKey, request);

  ASSERT_THAT(connected, IsOk());
  ASSERT_EQ(vault_.stored().size(), 1u);
  EXPECT_EQ(vault_.stored()[0].retention(), credential_manager::v1::RETENTION_EPHEMERAL);
  EXPECT_EQ(vault_.stored()[0].account_ref(), std::string("import-") + kRequestId);
  EXPECT_THAT(Connect(request), HasReason("FOR_ONE_JOB_ONLY")) << "people connect accounts";
  EXPECT_THAT(
      rpc::Invoke(*of_scheduler, &v1::Connections::Stub::ConnectWithApiKey, ConnectRequest()),
      HasReason("FOR_ONE_JOB_ONLY"));
  request.set_replace(true);
  EXPECT_THAT(rpc::Invoke(*of_scheduler, &v1::Connections::Stub::ConnectWithApiKey, request),
              HasCode(absl::StatusCode::kInvalidArgument));
}

TEST_F(GatewayServicesTest, StoresNothingThatTheVendorRefuses) {
  auto request = ConnectRequest();
  (*request.mutable_fields())["access_key"] = "bad";
  request.mutable_fields()->erase("access_key_secret");
  (*request.mutable_fields())["access_key_secret"] = "";
  EXPECT_THAT(Connect(request), HasCode(absl::StatusCode::kInvalidArgument));

  vendor_down_ = true;
  const auto unreachable = Connect(ConnectRequest());

  EXPECT_THAT(unreachable, HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(unreachable, HasReason("VENDOR_UNREACHABLE"));
  EXPECT_TRUE(vault_.stored().empty());
}

TEST_F(GatewayServicesTest, NamesEveryWrongFieldOfARequestToConnect) {
  v1::ConnectWithApiKeyRequest request;
  request.set_request_id("7");
  request.set_platform("gong");
  (*request.mutable_fields())["colour"] = "red";
  (*request.mutable_fields())["base_url"] = "http://169.254.169.254/";

  const auto response = Connect(request);

  EXPECT_THAT(response, HasCode(absl::StatusCode::kInvalidArgument));
  const std::string text(response.status().message());
  for (const char* field : {"request_id", "workspace_id", "fields[access_key]",
                            "fields[access_key_secret]", "fields[colour]", "fields[base_url]"}) {
    EXPECT_NE(text.find(field), std::string::npos) << field << " in " << text;
  }
}

TEST_F(GatewayServicesTest, ConnectsToNoPlatformThatIsNotSupported) {
  auto request = ConnectRequest();
  request.clear_fields();
  (*request.mutable_fields())["username"] = "importer";
  (*request.mutable_fields())["password"] = "canary";
  // The second is how others have stored it.
  for (const char* name : {"five9", "FIVE29"}) {
    request.set_platform(name);
    EXPECT_THAT(Connect(request), HasReason("PLATFORM_NOT_SUPPORTED"));
    EXPECT_THAT(Connect(request), HasCode(absl::StatusCode::kFailedPrecondition));
  }
  request.set_platform("nobody");
  EXPECT_THAT(Connect(request), HasCode(absl::StatusCode::kInvalidArgument));
}

// As the catalog says, whatever the platform: a key and a company for one, a user and a password
// for the other.
TEST_F(GatewayServicesTest, EveryFieldThatThePlatformNeedsMustBeGiven) {
  const auto connect = [&](const std::string& platform,
                           const std::map<std::string, std::string>& fields) {
    auto request = ConnectRequest();
    request.set_platform(platform);
    request.clear_fields();
    request.mutable_fields()->insert(fields.begin(), fields.end());
    return Connect(request).status();
  };

  for (const auto& [platform, fields, missing] :
       std::vector<std::tuple<std::string, std::map<std::string, std::string>, std::string>>{
           {"retreaver", {{"api_key", "canary"}}, "fields[company_id]"},
           {"retreaver", {{"company_id", "7"}}, "fields[api_key]"},
           {"five9", {{"username", "importer"}}, "fields[password]"},
           {"zoom_phone", {{"account_id", "a"}, {"client_id", "b"}}, "fields[client_secret]"}}) {
    const absl::Status refused = connect(platform, fields);
    EXPECT_THAT(refused, HasCode(absl::StatusCode::kInvalidArgument)) << platform;
    EXPECT_NE(std::string(refused.message()).find(missing), std::string::npos) << refused;
    EXPECT_EQ(std::string(refused.message()).find("canary"), std::string::npos) << refused;
  }
}

TEST_F(GatewayServicesTest, RecordsTheVerdictOfTheVendor) {
  vault_.Put("acme", "c2", "gong", {{"access_key", "bad"}});
  v1::VerifyCredentialRequest request;
  request.set_workspace_id("acme");

  request.set_credential_id("c1");
  const auto good =
      rpc::Invoke(*connections_stub_, &v1::Connections::Stub::VerifyCredential, request);
  request.set_credential_id("c2");
  const auto bad =
      rpc::Invoke(*connections_stub_, &v1::Connections::Stub::VerifyCredential, request);
  vendor_down_ = true;
  const auto down =
      rpc::Invoke(*connections_stub_, &v1::Connections::Stub::VerifyCredential, request);

  ASSERT_THAT(good, IsOk());
  EXPECT_TRUE(good->accepted());
  ASSERT_THAT(bad, IsOk());
  EXPECT_EQ(bad->reason(), "INVALID_KEY");
  ASSERT_THAT(down, IsOk());
  EXPECT_EQ(down->reason(), "VENDOR_UNREACHABLE");
  ASSERT_EQ(vault_.verdicts().size(), 2u);  // being unreachable says nothing of the key
  EXPECT_TRUE(vault_.verdicts()[0].accepted());
  EXPECT_EQ(vault_.verdicts()[0].account_name(), "Sales") << "as the vendor names it by now";
  EXPECT_EQ(vault_.verdicts()[1].reason(), "INVALID_KEY");
}

TEST_F(GatewayServicesTest, AnAccountOfAnyNameCanBeKept) {
  // 300 bytes, with two for each letter, and one that no table takes.
  workspace_name_ = "";
  for (int i = 0; i < 150; ++i) workspace_name_ += "ä";
  workspace_name_ += "\\u0000";

  const auto response = Connect(ConnectRequest());

  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->account_name(), workspace_name_.substr(0, 256));
  EXPECT_EQ(vault_.stored().front().account_name(), response->account_name());
}

}  // namespace
}  // namespace callimport::adapter_gateway
