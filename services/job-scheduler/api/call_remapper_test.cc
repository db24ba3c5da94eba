// Calls that wait are read anew once a mapping was mended, over real rpcs on a real database.
#include "absl/strings/str_cat.h"
#include "libs/postgres/transact.h"
#include "libs/testing/status_matchers.h"
#include "services/job-scheduler/api/services_fixture.h"

namespace callimport::job_scheduler {
namespace {

using testing::HasCode;
using testing::IsOk;

TEST_F(ServicesTest, CallsThatWaitAreImportedByWhatTheMendedMappingReads) {
  const ImportJob job = ListJob({"right", "wrong"});
  common::v1::CallRecord right = Calls({"right"}).records[0];
  common::v1::CallRecord mended = Calls({"wrong"}).records[0];
  mended.set_title("Mended");
  mended.set_mapping_revision(2);
  records_.mapping = {{"right", right}, {"wrong", mended}};
  v1::RemapCallsRequest request;
  request.set_workspace_id("acme");
  request.set_platform("gong");
  request.set_dry_run(true);
  const auto remap = [&] {
    return rpc::Invoke(*jobs_stub_, &v1::JobScheduler::Stub::RemapCalls, request);
  };

  const auto announced = remap();
  ASSERT_THAT(announced, IsOk());
  EXPECT_EQ(announced->tally().examined(), 2);
  EXPECT_EQ(announced->tally().changed(), 1);
  ASSERT_EQ(announced->tally().samples_size(), 1);
  EXPECT_EQ(announced->tally().samples(0).fields(0).before(), "Call wrong");
  EXPECT_EQ(announced->tally().samples(0).fields(0).after(), "Mended");
  EXPECT_EQ(CallsOf(job)[1].title, "Call wrong") << "nothing has changed yet";

  request.set_dry_run(false);
  EXPECT_EQ(remap()->tally().changed(), 1);
  EXPECT_EQ(remap()->tally().changed(), 0) << "the second time there is nothing to do";
  EXPECT_EQ(CallsOf(job)[1].title, "Mended");
  EXPECT_EQ(Find(job).progress.listed_calls(), 2);
  const auto leased = Lease();
  ASSERT_EQ(leased.size(), 2u);
  for (const LeasedCall& call : leased) {
    EXPECT_FALSE(call.record.source_metadata().empty());
    const bool wrong = call.record.source_call_id() == "wrong";
    EXPECT_EQ(call.record.title(), wrong ? "Mended" : "Call right");
  }
}

TEST_F(ServicesTest, AnOlderMappingLeavesWhatANewerOneHasRead) {
  const ImportJob job = CreateJob();
  ListedCalls page = Calls({"a"});
  page.records[0].set_mapping_revision(3);
  ASSERT_THAT(plans_.StoreCalls(StartListing(job), page), IsOk());
  common::v1::CallRecord older = page.records[0];
  older.set_title("as it was read once");
  older.set_mapping_revision(2);
  records_.mapping = {{"a", older}};
  v1::RemapCallsRequest request;
  request.set_workspace_id("acme");
  request.set_platform("gong");

  const auto remapped = rpc::Invoke(*jobs_stub_, &v1::JobScheduler::Stub::RemapCalls, request);

  ASSERT_THAT(remapped, IsOk());
  EXPECT_EQ(remapped->tally().changed(), 0);
  EXPECT_EQ(remapped->tally().unreadable(), 1);
  EXPECT_EQ(CallsOf(job)[0].title, "Call a");
}

TEST_F(ServicesTest, CallsAreReadAnewPageByPageInTheRangeAndTheWorkspaceThatIsMeant) {
  std::vector<std::string> ids;
  for (int i = 0; i < 250; ++i) ids.push_back(absl::StrCat("call ", i));
  const ImportJob first = CreateJob();
  ListedCalls page = Calls(ids);
  for (size_t i = 0; i < ids.size(); ++i) {
    page.records[i].mutable_start_time()->set_seconds(1'700'000'000 + static_cast<int64_t>(i));
    common::v1::CallRecord mended = page.records[i];
    mended.set_title("Mended");
    records_.mapping[ids[i]] = mended;
  }
  ASSERT_THAT(plans_.StoreCalls(StartListing(first), page), IsOk());
  ListJob({"call 0"}, "other");
  v1::RemapCallsRequest request;
  request.set_workspace_id("acme");
  request.set_platform("gong");
  request.mutable_start_time()->set_seconds(1'700'000'010);
  request.mutable_end_time()->set_seconds(1'700'000'240);

  int changed = 0;
  int pages = 0;
  do {
    const auto remapped = rpc::Invoke(*jobs_stub_, &v1::JobScheduler::Stub::RemapCalls, request);
    ASSERT_THAT(remapped, IsOk());
    changed += remapped->tally().changed();
    request.set_page_token(remapped->next_page_token());
    ++pages;
  } while (!request.page_token().empty());

  EXPECT_EQ(changed, 230);
  EXPECT_EQ(pages, 2);
}

TEST_F(ServicesTest, ARequestToReadCallsAnewNamesTheFieldsThatAreWrong) {
  v1::RemapCallsRequest request;
  request.set_workspace_id("acme");
  request.set_platform("gong");
  request.set_page_token("017");
  const auto remap = [&] {
    return rpc::Invoke(*jobs_stub_, &v1::JobScheduler::Stub::RemapCalls, request);
  };
  EXPECT_THAT(remap(), HasCode(absl::StatusCode::kInvalidArgument));
  request.clear_page_token();
  request.mutable_start_time()->set_seconds(2);
  request.mutable_end_time()->set_seconds(1);
  EXPECT_THAT(remap(), HasCode(absl::StatusCode::kInvalidArgument));
  request.clear_start_time();
  request.clear_platform();
  EXPECT_THAT(remap(), HasCode(absl::StatusCode::kInvalidArgument));
}

// Between reading and correcting, somebody else was faster, or the job's calls were cleaned away.
TEST_F(ServicesTest, WhatWasChangedSinceItWasReadStays) {
  const ImportJob job = ListJob({"a", "b"});
  const auto kept = remaps_.Read({"acme", "gong", {}, 10});
  ASSERT_THAT(kept, IsOk());
  ASSERT_EQ(kept->size(), 2u);
  const auto correction = [&](size_t i, const std::string& title) {
    CorrectedRecord corrected{(*kept)[i].place, (*kept)[i].bytes, (*kept)[i].record};
    corrected.record.set_title(title);
    return corrected;
  };
  EXPECT_EQ(remaps_.Correct({correction(0, "faster")})->size(), 1u);
  ASSERT_TRUE(postgres::Transact(pool(), [&](pqxx::work& tx) {
                tx.exec_params("DELETE FROM job_calls WHERE call_id = $1",
                               (*kept)[1].place.call_id);
              }).ok());

  const auto changed = remaps_.Correct({correction(0, "slower"), correction(1, "gone")});

  ASSERT_THAT(changed, IsOk());
  EXPECT_TRUE(changed->empty());
  ASSERT_EQ(CallsOf(job).size(), 1u);
  EXPECT_EQ(CallsOf(job)[0].title, "faster");
}

}  // namespace
}  // namespace callimport::job_scheduler
