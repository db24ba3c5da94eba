// Thousands of small worlds, each of which follows from its seed.
//
//   CALLIMPORT_SIMULATION_SEEDS=5000   so many, instead of some hundred
//   CALLIMPORT_SIMULATION_FIRST=101    from there on
//   CALLIMPORT_SIMULATION_SEED=17      only this one, and all that happened in it
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "libs/postgres/transact.h"
#include "libs/testing/postgres_fixture.h"
#include "services/job-scheduler/storage/migrations.h"
#include "tests/simulation/world.h"

namespace callimport::simulation {
namespace {

constexpr std::uint64_t kSeeds = 100;
constexpr size_t kShownSteps = 60;

class SimulationTest : public testing::PostgresTest {
 protected:
  SimulationTest() : PostgresTest("job_scheduler", job_scheduler::Migrations()) {}

  void Empty() {
    // Deleting a few rows is much faster than truncating; what refers to jobs goes before them.
    constexpr char kTables[] = R"sql(
      SELECT quote_ident(tablename) FROM pg_tables
      WHERE schemaname = current_schema()
        AND tablename NOT IN ('schema_migrations', 'audit_log', 'audit_log_head')
      ORDER BY tablename = 'import_jobs', tablename)sql";
    ASSERT_TRUE(postgres::Transact(pool(), [&](pqxx::work& tx) {
                  for (const pqxx::row& row : tx.exec(kTables)) {
                    tx.exec("DELETE FROM " + row[0].as<std::string>());
                  }
                }).ok());
  }

  static std::string Text(const std::vector<std::string>& lines, size_t most) {
    std::string text;
    const size_t first = lines.size() > most ? lines.size() - most : 0;
    for (size_t line = first; line < lines.size(); ++line) text += "  " + lines[line] + "\n";
    return text;
  }
};

std::uint64_t FromEnvironment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

TEST_F(SimulationTest, EveryCallIsStoredOnceWhateverDiesAndWhen) {
  const std::uint64_t only = FromEnvironment("CALLIMPORT_SIMULATION_SEED", 0);
  const std::uint64_t seeds = only > 0 ? 1 : FromEnvironment("CALLIMPORT_SIMULATION_SEEDS", kSeeds);
  const std::uint64_t first = only > 0 ? only : FromEnvironment("CALLIMPORT_SIMULATION_FIRST", 1);
  int crashes = 0;
  int64_t imported = 0;
  int64_t boundaries = 0;
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
    Empty();
    World world(pool(), seed);
    const std::vector<std::string> wrong = world.Run();
    crashes += world.crashes();
    imported += world.imported();
    boundaries += world.boundaries();
    if (only > 0) printf("%s", Text(world.history(), world.history().size()).c_str());
    ASSERT_TRUE(wrong.empty()) << "seed " << seed << "\n"
                               << Text(wrong, wrong.size()) << "after\n"
                               << Text(world.history(), kShownSteps);
  }
  printf("%d crashes at %lld boundaries survived, %lld calls imported\n", crashes,
         static_cast<long long>(boundaries), static_cast<long long>(imported));
  EXPECT_TRUE(only > 0 || crashes > static_cast<int>(seeds));
}

// One world again and again; each time one replica dies, ever later.
TEST_F(SimulationTest, AnyBoundaryMayBeAReplicasLast) {
  constexpr std::uint64_t kWorld = 7;
  constexpr int kNever = std::numeric_limits<int>::max();
  // A tenth of the seeds, or all boundaries when there are fewer.
  const auto worlds = static_cast<int>(FromEnvironment("CALLIMPORT_SIMULATION_SEEDS", kSeeds)) / 10;
  Empty();
  World undisturbed(pool(), kWorld, kNever);
  ASSERT_TRUE(undisturbed.Run().empty());
  const int step = std::max(1, undisturbed.boundaries() / std::max(1, worlds));
  for (int boundary = 0; boundary < undisturbed.boundaries(); boundary += step) {
    Empty();
    World world(pool(), kWorld, boundary);
    const std::vector<std::string> wrong = world.Run();
    ASSERT_TRUE(wrong.empty()) << "boundary " << boundary << "\n"
                               << Text(wrong, wrong.size()) << "after\n"
                               << Text(world.history(), kShownSteps);
    EXPECT_EQ(world.crashes(), 1) << boundary;
  }
}

TEST_F(SimulationTest, AWorldFollowsFromItsSeed) {
  Empty();
  World first(pool(), 42);
  first.Run();
  Empty();
  World second(pool(), 42);
  second.Run();

  EXPECT_EQ(first.history(), second.history());
}

}  // namespace
}  // namespace callimport::simulation
