#include "services/job-scheduler/storage/audit_table.h"

#include "libs/postgres/transact.h"
#include "libs/testing/status_matchers.h"
#include "services/job-scheduler/storage/store_fixture.h"

namespace callimport::job_scheduler {
namespace {

using testing::IsOk;

class AuditTableTest : public StoreTest {
 protected:
  absl::Status Append(const std::string& job_id) {
    common::v1::Actor dana;
    dana.set_kind(common::v1::Actor::KIND_SUPPORT);
    dana.set_name("dana");
    return postgres::Transact(pool(), [&](pqxx::work& tx) {
      AppendAudit(tx, {"acme", job_id, "run_now", dana, "correlation", "told to run now"});
    });
  }
};

TEST_F(AuditTableTest, ChainsWhatSomebodyAnswersFor) {
  ASSERT_THAT(Append("job-1"), IsOk());
  ASSERT_THAT(Append("job-2"), IsOk());

  const auto records = *postgres::Transact(
      pool(), [](pqxx::work& tx) { return SchedulerAuditLog().ReadAfter(tx, 0, 10); });

  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].entry.actor, "SUPPORT/dana");
  EXPECT_EQ(records[1].previous_hash, audit::HashOf(records[0]));
  EXPECT_EQ(records[1].hash, audit::HashOf(records[1]));
}

TEST_F(AuditTableTest, LetsNobodyChangeOrDeleteARecord) {
  ASSERT_THAT(Append("job-1"), IsOk());
  for (const char* tampering : {"DELETE FROM audit_log", "UPDATE audit_log SET actor = 'nobody'",
                                "TRUNCATE audit_log", "DELETE FROM audit_log_head"}) {
    EXPECT_FALSE(postgres::Transact(pool(), [&](pqxx::work& tx) { tx.exec(tampering); }).ok())
        << tampering;
  }
}

}  // namespace
}  // namespace callimport::job_scheduler
