// A vault with keys that can be rotated, for tests.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "libs/common/ids.h"
#include "libs/crypto/base64.h"
#include "libs/crypto/random.h"
#include "libs/postgres/transact.h"
#include "libs/testing/postgres_fixture.h"
#include "libs/testing/status_matchers.h"
#include "services/credential-manager/rotation/rotator.h"
#include "services/credential-manager/storage/credential_store.h"
#include "services/credential-manager/storage/key_store.h"

namespace callimport::credential_manager {

class RotationTest : public callimport::testing::PostgresTest {
 protected:
  RotationTest() : PostgresTest("credential_manager", Migrations()) { UseKeys({"k1"}); }

  // The first is the primary; an id always stands for the same key.
  std::string ListOf(const std::vector<std::string>& ids) {
    std::string text;
    for (const std::string& id : ids) {
      auto& key = made_[id];
      if (key.empty()) key = crypto::ToBase64(crypto::RandomBytes(32));
      text += id + ":" + key + "\n";
    }
    return text;
  }
  void UseKeys(const std::vector<std::string>& ids) {
    EXPECT_TRUE(key_store_.Note(ids).ok());
    EXPECT_TRUE(ring_.Use(*ParseKeyList(Secret(ListOf(ids))), *key_store_.Destroyed()).ok());
  }

  std::string StoreOne(const std::string& secret) {
    NewCredential credential;
    credential.request_id = NewUuid();
    credential.workspace_id = "acme";
    credential.platform = "gong";
    credential.account_ref = NewUuid();
    credential.secret_fields = {{"access_key", Secret(secret)}};
    credential.created_by = {.kind = 1, .name = "dana"};
    return store_.Store(credential, context_)->credential_id;
  }
  std::vector<std::string> StoreMany(int count) {
    std::vector<std::string> ids;
    for (int i = 0; i < count; ++i) ids.push_back(StoreOne("secret-" + std::to_string(i)));
    return ids;
  }
  std::string SecretOf(const std::string& id) {
    const auto leased = store_.Lease("acme", id, context_);
    return leased.ok() ? leased->secret_fields.at("access_key").Reveal()
                       : leased.status().ToString();
  }
  int64_t RowsUnder(const std::string& key_id) { return (*key_store_.CountRows())[key_id]; }
  void Sql(const std::string& statement) {
    ASSERT_TRUE(postgres::Transact(pool(), [&](pqxx::work& tx) { tx.exec(statement); }).ok());
  }
  std::string One(const std::string& query) {
    return *postgres::Transact(
        pool(), [&](pqxx::work& tx) { return tx.exec1(query)[0].as<std::string>(); });
  }

  std::map<std::string, std::string> made_;
  KeyStore key_store_{pool()};
  KeyRing ring_{nullptr};
  const Sealer sealer_{ring_, nullptr, Secret()};
  CredentialStore store_{pool(), sealer_};
  RotationStore rotations_{pool()};
  const AuditContext context_{"operator/operator", "c1"};
};

}  // namespace callimport::credential_manager
