#include "services/credential-manager/auditing/anchoring.h"

#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "libs/audit/verifier.h"
#include "libs/postgres/transact.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/postgres_fixture.h"
#include "libs/testing/status_matchers.h"
#include "services/credential-manager/storage/audit_table.h"
#include "services/credential-manager/storage/credential_store.h"

namespace callimport::credential_manager {
namespace {

using callimport::testing::HasReason;
using callimport::testing::IsOk;

constexpr char kPem[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
    "-----END PRIVATE KEY-----\n";

class AnchoringTest : public callimport::testing::PostgresTest {
 protected:
  AnchoringTest() : PostgresTest("credential_manager", Migrations()) {
    config_.set_file((folder_ / "kept" / "anchors").string());
    config_.set_key_file((folder_ / "audit.key").string());
    config_.set_interval_seconds(30);
    WriteKey(kPem);
  }
  ~AnchoringTest() override { std::filesystem::remove_all(folder_); }

  static std::filesystem::path NewFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "anchoring-XXXXXX").string();
    return mkdtemp(name.data());
  }

  void WriteKey(const std::string& text) {
    std::ofstream(config_.key_file()) << text;
    chmod(config_.key_file().c_str(), 0600);
  }

  void Audit(const std::string& action) {
    ASSERT_THAT(postgres::Transact(pool(),
                                   [&](pqxx::work& tx) {
                                     AppendAudit(tx, {"acme", "c1", action, ""}, {"actor", "r1"});
                                   }),
                IsOk());
  }

  const std::filesystem::path folder_ = NewFolder();
  AuditAnchors config_;
  callimport::testing::FakeClock clock_;
};

TEST_F(AnchoringTest, AnAnchorInTheFileShowsATailThatWasCutOff) {
  const auto anchoring = Anchoring::Open(config_, pool(), clock_);
  ASSERT_THAT(anchoring, IsOk());
  for (const char* action : {"store", "lease", "lease"}) Audit(action);
  ASSERT_THAT((*anchoring)->Run(), IsOk());

  // A superuser may do what the log's own triggers refuse.
  ASSERT_THAT(postgres::Transact(pool(),
                                 [&](pqxx::work& tx) {
                                   tx.exec("SET LOCAL session_replication_role = replica");
                                   tx.exec("DELETE FROM audit_log WHERE sequence = 3");
                                   tx.exec(
                                       "UPDATE audit_log_head SET sequence = 2, hash ="
                                       " (SELECT hash FROM audit_log WHERE sequence = 2)");
                                 }),
              IsOk());
  const auto verdict = audit::Verify(pool(), CredentialAuditLog(), (*anchoring)->anchors(),
                                     [](int64_t, int64_t) { return absl::OkStatus(); });

  ASSERT_THAT(verdict, IsOk());
  ASSERT_TRUE(verdict->problem);
  EXPECT_EQ(verdict->problem->kind, audit::Problem::Kind::kCutOff);
  EXPECT_EQ(verdict->problem->sequence, 3);
}

TEST_F(AnchoringTest, WithoutAFileThereAreNone) {
  const auto anchoring = Anchoring::Open({}, pool(), clock_);

  ASSERT_THAT(anchoring, IsOk());
  EXPECT_THAT((*anchoring)->Run(), IsOk());
  EXPECT_EQ((*anchoring)->anchors(), nullptr);
}

TEST_F(AnchoringTest, AMalformedOrOpenKeyStopsTheStart) {
  WriteKey("no key");
  EXPECT_THAT(Anchoring::Open(config_, pool(), clock_).status(), HasReason("CONFIG_INVALID"));

  WriteKey(kPem);
  chmod(config_.key_file().c_str(), 0644);
  EXPECT_THAT(Anchoring::Open(config_, pool(), clock_).status(), HasReason("KEY_FILE_UNUSABLE"));
}

}  // namespace
}  // namespace callimport::credential_manager
