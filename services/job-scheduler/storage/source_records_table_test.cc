// What a source has besides calls: kept once, counted by kind, and no work for anybody.
#include "services/job-scheduler/storage/source_records_table.h"

#include <functional>

#include "libs/postgres/transact.h"
#include "libs/testing/status_matchers.h"
#include "services/job-scheduler/storage/store_fixture.h"

namespace callimport::job_scheduler {
namespace {

using common::v1::RecordKind;
using testing::IsOk;

class SourceRecordsTest : public StoreTest {
 protected:
  static void AddRecord(ListedCalls& listed, RecordKind kind, const std::string& id,
                        const std::string& parent = "") {
    auto& record = listed.records.emplace_back();
    record.set_kind(kind);
    record.set_source_call_id(id);
    record.set_parent_source_id(parent);
  }

  // A conversation with two messages, a call and a voicemail.
  static ListedCalls Conversation(bool last = true) {
    ListedCalls listed = Calls({"call-1"}, last);
    AddRecord(listed, common::v1::RECORD_KIND_CONVERSATION, "c1");
    AddRecord(listed, common::v1::RECORD_KIND_MESSAGE, "m1", "c1");
    AddRecord(listed, common::v1::RECORD_KIND_MESSAGE, "m2", "c1");
    AddRecord(listed, common::v1::RECORD_KIND_VOICEMAIL, "v1", "c1");
    return listed;
  }

  void InTransaction(const std::function<void(pqxx::work&)>& look) {
    EXPECT_THAT(postgres::Transact(pool(), look), IsOk());
  }

  static int64_t Processed(const ImportJob& job, RecordKind kind) {
    for (const auto& count : job.progress.kinds()) {
      if (count.kind() == kind) return count.processed();
    }
    return 0;
  }
};

TEST_F(SourceRecordsTest, OnlyCallsAndVoicemailsAreWork) {
  const ImportJob job = CreateJob();
  const PlanLease lease = StartListing(job);

  const auto stored = plans_.StoreCalls(lease, Conversation());

  ASSERT_THAT(stored, IsOk());
  EXPECT_EQ(stored->progress.listed_calls(), 2);
  EXPECT_EQ(Lease().size(), 2U);
  EXPECT_EQ(Processed(*stored, common::v1::RECORD_KIND_CONVERSATION), 1);
  EXPECT_EQ(Processed(*stored, common::v1::RECORD_KIND_MESSAGE), 2);
}

TEST_F(SourceRecordsTest, APageThatIsListedTwiceCountsOnce) {
  const ImportJob job = CreateJob();
  const PlanLease lease = StartListing(job);
  ASSERT_THAT(plans_.StoreCalls(lease, Conversation(/*last=*/false)), IsOk());

  const auto again = plans_.StoreCalls(lease, Conversation());

  EXPECT_EQ(Processed(*again, common::v1::RECORD_KIND_MESSAGE), 2);
  EXPECT_EQ(again->progress.kinds(0).total(), again->progress.kinds(0).processed())
      << "the end of the listing settles the totals";
  EXPECT_EQ(Find(job).progress.kinds_size(), 2) << "the counts are kept";
}

TEST_F(SourceRecordsTest, ARecordIsKeptOnceHoweverManyJobsMeetIt) {
  const ImportJob first = CreateJob();
  ASSERT_THAT(plans_.StoreCalls(StartListing(first), Conversation()), IsOk());
  const ImportJob second = CreateJob();

  const auto met = plans_.StoreCalls(StartListing(second), Conversation());

  EXPECT_EQ(Processed(*met, common::v1::RECORD_KIND_MESSAGE), 2);
  InTransaction([&](pqxx::work& tx) {
    EXPECT_EQ(tx.exec1("SELECT count(*) FROM source_records")[0].as<int64_t>(), 3);
    EXPECT_EQ(CountRecords(tx, first.job_id), 0) << "another job has met them, too";
    EXPECT_EQ(CountRecords(tx, second.job_id), 0);
    EXPECT_EQ(DeleteRecords(tx, first.job_id), 0);
    EXPECT_EQ(CountRecords(tx, second.job_id), 0) << "they were the first one's";
  });
}

TEST_F(SourceRecordsTest, LongIdsAreTakenToo) {
  const ImportJob job = CreateJob();
  ListedCalls page = Calls({"call-1"});
  AddRecord(page, common::v1::RECORD_KIND_MESSAGE, std::string(3'000, 'm'),
            std::string(3'000, 'c'));

  const auto stored = plans_.StoreCalls(StartListing(job), page);

  ASSERT_THAT(stored, IsOk());
  EXPECT_EQ(Processed(*stored, common::v1::RECORD_KIND_MESSAGE), 1);
}

TEST_F(SourceRecordsTest, CallsAndVoicemailsAreCountedApart) {
  const ImportJob job = CreateJob();
  ASSERT_THAT(plans_.StoreCalls(StartListing(job), Conversation()), IsOk());
  Complete(Lease(1));

  InTransaction([&](pqxx::work& tx) {
    const auto kinds = CountKinds(tx, job.job_id);
    ASSERT_EQ(kinds.size(), 2U);
    EXPECT_EQ(kinds[0].kind(), common::v1::RECORD_KIND_CALL);
    EXPECT_EQ(kinds[0].total(), 1);
    EXPECT_EQ(kinds[1].kind(), common::v1::RECORD_KIND_VOICEMAIL);
    EXPECT_EQ(kinds[0].processed() + kinds[1].processed(), 1);
  });
}

}  // namespace
}  // namespace callimport::job_scheduler
