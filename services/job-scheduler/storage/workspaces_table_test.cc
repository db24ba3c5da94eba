#include "services/job-scheduler/storage/workspaces_table.h"

#include "libs/postgres/transact.h"
#include "services/job-scheduler/storage/store_fixture.h"

namespace callimport::job_scheduler {
namespace {

class WorkspacesTableTest : public StoreTest {
 protected:
  WorkspaceSettings Settings(const std::string& workspace_id) {
    return *postgres::Transact(
        pool(), [&](pqxx::work& tx) { return FindWorkspace(tx, workspace_id, defaults_); });
  }
  bool Save(const std::string& workspace_id, const WorkspaceChange& change) {
    return *postgres::Transact(
        pool(), [&](pqxx::work& tx) { return SaveWorkspace(tx, workspace_id, change); });
  }

  WorkspaceSettings defaults_;
};

TEST_F(WorkspacesTableTest, AWorkspaceThatWasNeverSetHasTheDefaults) {
  defaults_.free_calls_per_month = 77;

  const WorkspaceSettings settings = Settings("acme");

  EXPECT_EQ(settings.workspace_id, "acme");
  EXPECT_EQ(settings.time_zone, "UTC");
  EXPECT_EQ(settings.bulk_hours, (BulkHours{20, 8}));
  EXPECT_EQ(settings.free_calls_per_month, 77);
  EXPECT_FALSE(settings.maintenance);
}

TEST_F(WorkspacesTableTest, AChangeLeavesWhatItDoesNotName) {
  EXPECT_TRUE(Save("acme", {.customer_id = "c-1", .time_zone = "Europe/Berlin"}));
  EXPECT_TRUE(Save("acme", {.bulk_hours = BulkHours{0, 0}, .free_calls_per_month = 0}));

  const WorkspaceSettings settings = Settings("acme");

  EXPECT_EQ(settings.customer_id, "c-1");
  EXPECT_EQ(settings.time_zone, "Europe/Berlin");
  EXPECT_EQ(settings.bulk_hours, (BulkHours{0, 0}));
  EXPECT_EQ(settings.free_calls_per_month, 0);
  EXPECT_EQ(settings.weight, 10);
}

TEST_F(WorkspacesTableTest, ACustomerIdBelongsToOneWorkspaceAndCanBeGivenUp) {
  EXPECT_TRUE(Save("acme", {.customer_id = "c-1"}));

  EXPECT_FALSE(Save("globex", {.customer_id = "c-1"}));
  EXPECT_TRUE(Save("acme", {.customer_id = ""}));
  EXPECT_TRUE(Save("globex", {.customer_id = "c-1"}));

  EXPECT_EQ(Settings("acme").customer_id, "");
  EXPECT_EQ(*postgres::Transact(pool(),
                                [](pqxx::work& tx) { return FindWorkspaceOfCustomer(tx, "c-1"); }),
            "globex");
}

TEST_F(WorkspacesTableTest, MaintenanceStartsAndEnds) {
  const auto set = [&](const std::optional<Maintenance>& maintenance) {
    return postgres::Transact(pool(),
                              [&](pqxx::work& tx) { SaveMaintenance(tx, "acme", maintenance); });
  };

  ASSERT_TRUE(set(Maintenance{.since = clock_.Now(), .ends_at = {}, .reason = "move"}).ok());
  ASSERT_TRUE(Settings("acme").maintenance);
  EXPECT_EQ(Settings("acme").maintenance->reason, "move");

  ASSERT_TRUE(set(std::nullopt).ok());
  EXPECT_FALSE(Settings("acme").maintenance);
}

}  // namespace
}  // namespace callimport::job_scheduler
