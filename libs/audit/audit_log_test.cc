#include "libs/audit/audit_log.h"

#include <thread>

#include "libs/audit/log_fixture.h"
#include "libs/common/errors.h"
#include "libs/testing/status_matchers.h"

namespace callimport::audit {
namespace {

using callimport::testing::IsOk;

std::vector<std::string> ObjectsOf(const std::vector<Record>& records) {
  std::vector<std::string> objects;
  objects.reserve(records.size());
  for (const Record& record : records) objects.push_back(record.entry.object_id);
  return objects;
}

TEST_F(AuditLogTest, EveryRecordHoldsTheHashOfTheOneBefore) {
  Entry change = Lease("2", "globex");
  change.before_digest = std::string("\0b", 2);
  change.after_digest = "a";
  ASSERT_THAT(Append({Lease("1"), change}), IsOk());
  ASSERT_THAT(Append({Lease("3")}), IsOk());

  const auto records = All();

  ASSERT_EQ(ObjectsOf(records), (std::vector<std::string>{"1", "2", "3"}));
  Head last;
  for (const Record& record : records) {
    EXPECT_EQ(record.sequence, last.sequence + 1);
    EXPECT_EQ(record.previous_hash, last.hash);
    EXPECT_EQ(record.hash, HashOf(record));
    last = {.sequence = record.sequence, .hash = record.hash};
  }
  EXPECT_EQ(records[1].entry.before_digest, change.before_digest);
  EXPECT_EQ(records[2].entry.detail, Lease("").detail);
  EXPECT_EQ(ReadHead().sequence, 3);
  EXPECT_EQ(ReadHead().hash, last.hash);
}

TEST_F(AuditLogTest, WhatIsRolledBackLeavesNoGap) {
  ASSERT_THAT(Append({Lease("1")}), IsOk());
  const absl::Status undone = postgres::Transact(pool(), [&](pqxx::work& tx) -> absl::Status {
    log_.Append(tx, {Lease("never")});
    return absl::AbortedError("changed my mind");
  });
  ASSERT_THAT(Append({Lease("2")}), IsOk());

  EXPECT_FALSE(undone.ok());
  EXPECT_EQ(ObjectsOf(All()), (std::vector<std::string>{"1", "2"}));
  EXPECT_EQ(All().back().sequence, 2);
}

TEST_F(AuditLogTest, ReplicasAppendAtOnceToOneChain) {
  constexpr int kReplicas = 3;
  constexpr int kEach = 40;
  {
    std::vector<std::jthread> replicas;
    replicas.reserve(kReplicas);
    for (int replica = 0; replica < kReplicas; ++replica) {
      replicas.emplace_back([&] {
        const auto own_pool = postgres::Pool::Open(database());
        for (int i = 0; i < kEach; ++i) {
          EXPECT_THAT(postgres::Transact(**own_pool,
                                         [&](pqxx::work& tx) {
                                           return log_.Append(tx, {Lease("a"), Lease("b")});
                                         }),
                      IsOk());
        }
      });
    }
  }

  const auto records = All();

  ASSERT_EQ(records.size(), 2u * kReplicas * kEach);
  for (size_t i = 1; i < records.size(); ++i) {
    EXPECT_EQ(records[i].previous_hash, records[i - 1].hash);
    EXPECT_LE(records[i - 1].written_at, records[i].written_at);
  }
}

TEST_F(AuditLogTest, IsListedByWhatIsAskedForInBothOrders) {
  Entry deleted = Lease("1");
  deleted.action = "delete";
  ASSERT_THAT(Append({Lease("1"), Lease("2"), Lease("1", "globex"), deleted}), IsOk());
  const auto list = [&](const Filter& filter, Order order, int64_t after, int limit) {
    const auto listed = postgres::Transact(
        pool(), [&](pqxx::work& tx) { return log_.List(tx, filter, order, after, limit); });
    std::vector<int64_t> sequences;
    for (const Record& record : *listed) sequences.push_back(record.sequence);
    return sequences;
  };
  const Timestamp now = All().back().written_at;
  using Sequences = std::vector<int64_t>;

  EXPECT_EQ(list({}, Order::kOldestFirst, 0, 2), (Sequences{1, 2}));
  EXPECT_EQ(list({}, Order::kOldestFirst, 2, 2), (Sequences{3, 4}));
  EXPECT_EQ(list({}, Order::kNewestFirst, 0, 3), (Sequences{4, 3, 2}));
  EXPECT_EQ(list({}, Order::kNewestFirst, 2, 3), (Sequences{1}));
  EXPECT_EQ(list({.workspace_id = "acme"}, Order::kOldestFirst, 0, 9), (Sequences{1, 2, 4}));
  EXPECT_EQ(list({.workspace_id = "acme", .object_id = "1"}, Order::kOldestFirst, 0, 9),
            (Sequences{1, 4}));
  EXPECT_EQ(list({.action = "delete"}, Order::kOldestFirst, 0, 9), (Sequences{4}));
  EXPECT_EQ(list({.from = now}, Order::kOldestFirst, 0, 9), (Sequences{1, 2, 3, 4}));
  EXPECT_EQ(list({.until = now}, Order::kOldestFirst, 0, 9), (Sequences{}));
}

}  // namespace
}  // namespace callimport::audit
