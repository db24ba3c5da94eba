// The vault's keys are rotated while it is killed again and again: nothing is lost, and the proof
// comes in the end.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "callimport/credential_manager/v1/credential_vault.grpc.pb.h"
#include "callimport/credential_manager/v1/key_admin.grpc.pb.h"
#include "libs/common/ids.h"
#include "libs/crypto/base64.h"
#include "libs/crypto/random.h"
#include "libs/rpc/invoke.h"
#include "libs/testing/status_matchers.h"
#include "tests/e2e/suite.h"

namespace callimport::e2e {
namespace {

namespace fs = std::filesystem;
using rpc::Invoke;
using testing::IsOk;

constexpr int kCredentials = 400;
constexpr int kKills = 6;
constexpr char kService[] = "credential-manager";

class KeyRotation : public ::testing::Test {
 protected:
  std::unique_ptr<vault::CredentialVault::Stub> Vault() {
    return vault::CredentialVault::NewStub(suite_.ChannelTo(kService, "adapter-gateway"));
  }
  std::unique_ptr<vault::KeyAdmin::Stub> Keys() {
    return vault::KeyAdmin::NewStub(suite_.ChannelTo(kService, "operator"));
  }

  std::string Store(int number) {
    vault::StoreCredentialRequest request;
    request.set_request_id(NewUuid());
    request.set_workspace_id("acme");
    request.set_platform("gong");
    request.set_account_ref(std::to_string(number));
    request.set_retention(number % 2 == 0 ? vault::RETENTION_PERSISTENT
                                          : vault::RETENTION_EPHEMERAL);
    (*request.mutable_secret_fields())["access_key"] = "secret-" + std::to_string(number);
    request.mutable_actor()->set_kind(words::Actor::KIND_SUPPORT);
    request.mutable_actor()->set_name("dana");
    const auto stored = Invoke(*Vault(), &vault::CredentialVault::Stub::StoreCredential, request);
    EXPECT_THAT(stored, IsOk());
    return stored.ok() ? stored->credential().credential_id() : "";
  }

  std::string SecretOf(const std::string& id) {
    vault::LeaseAccessRequest request;
    request.set_workspace_id("acme");
    request.set_credential_id(id);
    const auto leased = Invoke(*Vault(), &vault::CredentialVault::Stub::LeaseAccess, request,
                               {.timeout = 10s, .attempts = 3});
    return leased.ok() ? leased->fields().at("access_key") : leased.status().ToString();
  }

  // Puts a new key in front of the list, as an operator does: beside, then moved.
  std::string AddPrimary(const std::string& id) {
    const std::string file =
        (fs::path(Json::parse(std::ifstream(suite_.ConfigFileOf(kService)))["key_file"]
                      .get<std::string>()))
            .string();
    std::ifstream in(file);
    const std::string old(std::istreambuf_iterator<char>(in), {});
    std::ofstream(file + ".new") << id << ":" << crypto::ToBase64(crypto::RandomBytes(32)) << "\n"
                                 << old;
    fs::permissions(file + ".new", fs::perms::owner_read | fs::perms::owner_write);
    fs::rename(file + ".new", file);
    return old.substr(0, old.find(':'));
  }

  bool IsPrimary(const std::string& id) {
    const auto listed = Invoke(*Keys(), &vault::KeyAdmin::Stub::ListKeys, vault::ListKeysRequest());
    if (!listed.ok()) return false;
    for (const vault::Key& key : listed->keys()) {
      if (key.key_id() == id) return key.state() == vault::KEY_STATE_PRIMARY;
    }
    return false;
  }

  // Until the stream ends, or, with `messages`, after so many of them.
  std::optional<vault::RotateKeysResponse> Rotate(int messages) {
    const auto keys = Keys();
    grpc::ClientContext context;
    rpc::Prepare(context, 60s);
    const auto reader = keys->RotateKeys(&context, vault::RotateKeysRequest());
    std::optional<vault::RotateKeysResponse> last;
    for (vault::RotateKeysResponse message; messages-- != 0 && reader->Read(&message);) {
      last = message;
    }
    context.TryCancel();
    return last;
  }

  Suite suite_{[] {
    SuiteOptions options;
    options.services = {kService};
    return options;
  }()};
};

TEST_F(KeyRotation, SurvivesKillsAndEndsWithTheProof) {
  std::vector<std::string> ids;
  for (int i = 0; i < kCredentials; ++i) ids.push_back(Store(i));
  const std::string old_key = AddPrimary("k-new");
  ASSERT_TRUE(Eventually(20s, [&] { return IsPrimary("k-new"); })) << "without a restart";

  for (int kill = 0; kill < kKills; ++kill) {
    Rotate(1);
    suite_.Kill(kService);
    suite_.Start(kService);
    EXPECT_EQ(SecretOf(ids[static_cast<size_t>(kill)]), "secret-" + std::to_string(kill));
  }
  const auto end = Rotate(-1);

  ASSERT_TRUE(end.has_value() && end->has_proof());
  EXPECT_EQ(end->rows_left(), 0);
  EXPECT_EQ(end->proof().rows_unreadable(), 0);
  for (const auto& under : end->proof().rows_under_keys()) {
    EXPECT_EQ(under.rows(), under.key_id() == "k-new" ? kCredentials : 0) << under.key_id();
  }
  vault::DestroyKeyRequest destroy;
  destroy.set_key_id(old_key);
  EXPECT_THAT(Invoke(*Keys(), &vault::KeyAdmin::Stub::DestroyKey, destroy), IsOk());
  suite_.Kill(kService);
  suite_.Start(kService);
  for (int i = 0; i < kCredentials; ++i) {
    ASSERT_EQ(SecretOf(ids[static_cast<size_t>(i)]), "secret-" + std::to_string(i));
  }
}

TEST_F(KeyRotation, TheVaultLeavesNoCoreBehind) {
  std::ifstream limits("/proc/" + std::to_string(suite_.ProcessOf(kService).pid()) + "/limits");
  std::string found;
  for (std::string line; std::getline(limits, line);) {
    if (line.starts_with("Max core file size")) found = line;
  }
  EXPECT_NE(found.find(" 0 "), std::string::npos) << found;
}

}  // namespace
}  // namespace callimport::e2e
