#include "libs/feed/feed_table.h"

#include <set>
#include <thread>

#include "libs/postgres/transact.h"
#include "libs/testing/postgres_fixture.h"
#include "libs/testing/status_matchers.h"

namespace callimport::feed {
namespace {

using callimport::testing::IsOk;

class FeedTableTest : public callimport::testing::PostgresTest {
 protected:
  FeedTableTest()
      : PostgresTest("feed", {{"0001_facts", R"(
          CREATE TABLE facts (
            revision bigint PRIMARY KEY,
            subject text NOT NULL,
            body bytea NOT NULL,
            appended_at timestamptz NOT NULL DEFAULT now()))"}}) {}

  int64_t Append(const std::string& subject) {
    return *postgres::Transact(pool(),
                               [&](pqxx::work& tx) { return facts_.Append(tx, subject, "body"); });
  }

  std::vector<Entry> ReadAfter(int64_t revision, int limit = 100) {
    return *postgres::Transact(
        pool(), [&](pqxx::work& tx) { return facts_.ReadAfter(tx, revision, limit); });
  }

  bool Reaches(int64_t revision) {
    return *postgres::Transact(pool(),
                               [&](pqxx::work& tx) { return facts_.Reaches(tx, revision); });
  }

  int64_t ForgetAll() {
    return *postgres::Transact(pool(), [&](pqxx::work& tx) {
      tx.exec("UPDATE facts SET appended_at = now() - interval '1 day'");
      return facts_.DeleteOlderThan(tx, std::chrono::hours(1));
    });
  }

  const FeedTable facts_{"facts"};
};

TEST_F(FeedTableTest, NumbersEntriesInOrder) {
  EXPECT_EQ(Append("a"), 1);
  EXPECT_EQ(Append("b"), 2);

  const auto entries = ReadAfter(1);
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].subject, "b");
  EXPECT_EQ(entries[0].body, "body");
}

TEST_F(FeedTableTest, AppendsManyAtOnce) {
  const auto last = postgres::Transact(pool(), [&](pqxx::work& tx) {
    return facts_.Append(tx, std::vector<Entry>{{0, "a", "1"}, {0, "b", "2"}, {0, "c", "3"}});
  });

  ASSERT_THAT(last, IsOk());
  EXPECT_EQ(*last, 3);
  EXPECT_EQ(ReadAfter(0)[1].body, "2");
}

TEST_F(FeedTableTest, AFollowerMissesNothingWhileManyAppend) {
  constexpr int kWriters = 4;
  constexpr int kEach = 100;
  std::vector<std::jthread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&, writer] {
      for (int i = 0; i < kEach; ++i) Append(std::to_string(writer * kEach + i));
    });
  }

  std::set<std::string> seen;
  int64_t revision = 0;
  while (seen.size() < kWriters * kEach) {
    for (const Entry& entry : ReadAfter(revision, 7)) {
      ASSERT_EQ(entry.revision, revision + 1) << "a revision became visible out of order";
      revision = entry.revision;
      seen.insert(entry.subject);
    }
  }
}

TEST_F(FeedTableTest, ForgettingNeverReusesARevision) {
  for (const char* subject : {"a", "b", "c"}) Append(subject);

  EXPECT_EQ(ForgetAll(), 2);
  EXPECT_EQ(Append("d"), 4);
}

TEST_F(FeedTableTest, KnowsWhatItNoLongerReaches) {
  EXPECT_TRUE(Reaches(0));
  for (const char* subject : {"a", "b", "c"}) Append(subject);
  EXPECT_TRUE(Reaches(0));
  ForgetAll();

  EXPECT_FALSE(Reaches(0));
  EXPECT_TRUE(Reaches(2));
  EXPECT_TRUE(Reaches(3));
  EXPECT_FALSE(Reaches(4));
}

}  // namespace
}  // namespace callimport::feed
