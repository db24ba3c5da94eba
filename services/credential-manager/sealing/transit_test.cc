#include "services/credential-manager/sealing/transit.h"

#include <filesystem>
#include <fstream>

#include "libs/common/ids.h"
#include "libs/http/curl_http_client.h"
#include "libs/testing/status_matchers.h"
#include "services/credential-manager/sealing/fake_transit_server.h"
#include "services/credential-manager/sealing/key_ring.h"
#include "services/credential-manager/sealing/sealer.h"

namespace callimport::credential_manager {
namespace {

namespace fs = std::filesystem;
using callimport::testing::HasReason;
using callimport::testing::IsOk;

class TransitTest : public ::testing::Test {
 protected:
  TransitTest() : token_file_(::testing::TempDir() + "transit_token_" + NewUuid()) {
    WriteToken("s.canary-token");
    server_.AddVersion("callimport");
  }
  ~TransitTest() override { fs::remove(token_file_); }

  void WriteToken(const std::string& token) {
    fs::remove(token_file_);
    std::ofstream(token_file_) << token << "\n";
    fs::permissions(token_file_, fs::perms::owner_read);
  }

  const std::string token_file_;
  FakeTransitServer server_{"s.canary-token"};
  http::CurlHttpClient http_;
  const Transit transit_{http_,
                         {.address = server_.address(),
                          .token_file = token_file_,
                          .patience = std::chrono::milliseconds(500)}};
  const TransitKey key_{"callimport", 1};
  const Secret data_key_{std::string(32, 'd')};
};

TEST_F(TransitTest, UnwrapsWhatItHasWrapped) {
  const auto wrapped = transit_.Wrap(key_, data_key_, "acme");

  ASSERT_THAT(wrapped, IsOk());
  EXPECT_TRUE(wrapped->starts_with("vault:v1:"));
  EXPECT_EQ(transit_.Unwrap(key_, *wrapped, "acme")->Reveal(), data_key_.Reveal());
}

TEST_F(TransitTest, BindsTheContextAsAssociatedData) {
  const auto wrapped = transit_.Wrap(key_, data_key_, "acme");
  EXPECT_THAT(transit_.Unwrap(key_, *wrapped, "globex"), HasReason("SEAL_BROKEN"));
  EXPECT_THAT(transit_.Unwrap(key_, "vault:v1:AAAA", "acme"), HasReason("SEAL_BROKEN"));
  EXPECT_THAT(transit_.Unwrap(key_, "vault:v1:\",\"x", "acme"), HasReason("SEAL_BROKEN"));
}

TEST_F(TransitTest, WrapsWithTheVersionThatTheListNames) {
  server_.AddVersion("callimport");

  EXPECT_TRUE(transit_.Wrap(key_, data_key_, "acme")->starts_with("vault:v1:"));
  EXPECT_TRUE(transit_.Wrap({"callimport", 2}, data_key_, "acme")->starts_with("vault:v2:"));
  EXPECT_THAT(transit_.Wrap({"callimport", 3}, data_key_, "acme"), HasReason("KEY_UNKNOWN"));
  const auto second = transit_.Wrap({"callimport", 2}, data_key_, "acme");
  EXPECT_THAT(transit_.Unwrap(key_, *second, "acme"), HasReason("SEAL_BROKEN"));
}

TEST_F(TransitTest, AServerThatCannotBeAskedIsNoBrokenSeal) {
  const auto wrapped = transit_.Wrap(key_, data_key_, "acme");
  for (const int status : {403, 429, 500, 503, -1}) {
    server_.Fail(status);
    EXPECT_THAT(transit_.Wrap(key_, data_key_, "acme"), HasReason("KEY_SOURCE_UNREACHABLE"));
    EXPECT_THAT(transit_.Unwrap(key_, *wrapped, "acme"), HasReason("KEY_SOURCE_UNREACHABLE"))
        << status;
  }
  server_.Fail(0);
  EXPECT_THAT(transit_.Unwrap(key_, *wrapped, "acme"), IsOk());
}

TEST_F(TransitTest, ANewTokenIsTakenWithoutARestart) {
  WriteToken("expired");
  EXPECT_THAT(transit_.Wrap(key_, data_key_, "acme"), HasReason("KEY_SOURCE_UNREACHABLE"));
  WriteToken("s.canary-token");
  EXPECT_THAT(transit_.Wrap(key_, data_key_, "acme"), IsOk());
}

TEST_F(TransitTest, NoErrorShowsTheToken) {
  server_.Fail(403);
  const auto refused = transit_.Wrap(key_, data_key_, "acme");
  EXPECT_EQ(refused.status().ToString().find("canary"), std::string::npos);
}

TEST_F(TransitTest, ACredentialIsSealedWithAKeyThatNeverLeavesTheServer) {
  KeyRing ring(&transit_);
  ASSERT_THAT(ring.Use(*ParseKeyList(Secret("k2:transit/callimport/1\n")), {}), IsOk());
  const Sealer sealer(ring, nullptr, Secret());
  const SealedFor owner{"acme", "gong", "id-1", 1};

  const auto sealed = sealer.Seal(owner, {{"key", Secret("hunter2")}}, Retention::kPersistent);

  ASSERT_THAT(sealed, IsOk());
  EXPECT_EQ(sealed->key_id, "k2");
  EXPECT_EQ(sealer.Open(owner, *sealed)->at("key").Reveal(), "hunter2");
  EXPECT_THAT(sealer.Open({"globex", "gong", "id-1"}, *sealed), HasReason("CREDENTIAL_UNREADABLE"));
  for (const std::string& request : server_.requests()) {
    EXPECT_EQ(request.find("hunter2"), std::string::npos);
  }
}

TEST_F(TransitTest, WithoutAServerNoListMayNameItsKeys) {
  KeyRing ring(nullptr);
  EXPECT_THAT(ring.Use(*ParseKeyList(Secret("k2:transit/callimport/1\n")), {}),
              HasReason("KEYS_MALFORMED"));
}

}  // namespace
}  // namespace callimport::credential_manager
