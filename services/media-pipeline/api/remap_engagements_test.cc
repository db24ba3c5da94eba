// Engagements that are corrected after a mapping was mended.
#include "libs/rpc/invoke.h"
#include "services/media-pipeline/api/served_fixture.h"
#include "services/media-pipeline/storage/deletion_store.h"

namespace callimport::media_pipeline {
namespace {

using testing::HasCode;
using testing::IsOk;
using Stub = v1::Engagements::Stub;

class RemapEngagementsTest : public Served {
 protected:
  // What the mended mapping reads of this one.
  common::v1::CallRecord& Mend(int number, const std::string& title, int revision = 2) {
    const EngagementDraft draft = MakeTestDraft(number);
    common::v1::CallRecord& record = records_.mapping[draft.facts.origin.source_call_id];
    record = draft.facts.record;
    record.set_title(title);
    record.set_mapping_revision(revision);
    return record;
  }

  static v1::RemapEngagementsRequest Request(bool dry_run = false) {
    v1::RemapEngagementsRequest request;
    request.set_workspace_id("acme");
    request.set_import_source("gong");
    request.set_dry_run(dry_run);
    return request;
  }
  absl::StatusOr<v1::RemapEngagementsResponse> Remap(const v1::RemapEngagementsRequest& request) {
    return rpc::Invoke(*reading_, &Stub::RemapEngagements, request);
  }
  v1::GetEngagementResponse Get(const std::string& id) {
    v1::GetEngagementRequest request;
    request.set_workspace_id("acme");
    request.set_engagement_id(id);
    return *rpc::Invoke(*reading_, &Stub::GetEngagement, request);
  }
  int Hits(const std::string& query) {
    v1::SearchEngagementsRequest request;
    request.set_workspace_id("acme");
    request.set_query(query);
    return rpc::Invoke(*reading_, &Stub::SearchEngagements, request)->hits_size();
  }
};

TEST_F(RemapEngagementsTest, ADryRunTellsWhatWouldChangeAndChangesNothing) {
  const std::string id = AddEngagement(1, {"hello"});
  const std::string before = Get(id).SerializeAsString();
  Mend(1, "Mended");

  const auto announced = Remap(Request(true));

  ASSERT_THAT(announced, IsOk());
  EXPECT_EQ(announced->tally().examined(), 1);
  EXPECT_EQ(announced->tally().changed(), 1);
  ASSERT_EQ(announced->tally().samples_size(), 1);
  EXPECT_EQ(announced->tally().samples(0).engagement_id(), id);
  EXPECT_EQ(announced->tally().samples(0).fields(0).name(), "title");
  EXPECT_EQ(announced->tally().samples(0).fields(0).before(), "Call 1");
  EXPECT_EQ(announced->tally().samples(0).fields(0).after(), "Mended");
  EXPECT_EQ(Get(id).SerializeAsString(), before);
}

TEST_F(RemapEngagementsTest, WhatWasReadWronglyIsCorrectedAndAllElseStays) {
  const std::string id = AddEngagement(1, {"hello"});
  const std::string other = AddEngagement(2, {"goodbye"});
  const v1::GetEngagementResponse before = Get(id);
  common::v1::CallRecord& mended = Mend(1, "Mended deal");
  mended.mutable_start_time()->set_seconds(1'600'000'000);
  mended.add_participants()->set_name("Ada");

  const auto remapped = Remap(Request());

  ASSERT_THAT(remapped, IsOk());
  EXPECT_EQ(remapped->tally().examined(), 2);
  EXPECT_EQ(remapped->tally().changed(), 1);
  EXPECT_EQ(remapped->tally().unreadable(), 1) << "the other one's record says nothing";
  const v1::GetEngagementResponse after = Get(id);
  EXPECT_EQ(after.engagement().title(), "Mended deal");
  EXPECT_EQ(after.engagement().start_time().seconds(), 1'600'000'000);
  ASSERT_EQ(after.engagement().participants_size(), 1);
  EXPECT_EQ(after.engagement().participants(0).name(), "Ada");
  EXPECT_EQ(after.engagement().metadata_quality(), v1::METADATA_QUALITY_FULL);
  EXPECT_EQ(after.engagement().recording().sha256(), before.engagement().recording().sha256());
  EXPECT_EQ(after.engagement().import_batch_id(), before.engagement().import_batch_id());
  EXPECT_EQ(after.source_metadata(), before.source_metadata());
  EXPECT_EQ(after.transcript().SerializeAsString(), before.transcript().SerializeAsString());
  EXPECT_EQ(Get(other).engagement().title(), "Call 2");
  EXPECT_EQ(Hits("mended"), 1) << "it is found by its new title";
  EXPECT_EQ(Hits("hello"), 1) << "and still by what was said";
  EXPECT_EQ(Hits("call"), 1) << "but no more by its old title";
  EXPECT_EQ(Remap(Request())->tally().changed(), 0) << "the second time there is nothing to do";
}

TEST_F(RemapEngagementsTest, AnOlderMappingLeavesWhatANewerOneHasRead) {
  const std::string id = AddEngagement(1, {"hello"});
  Mend(1, "Newer", 3);
  ASSERT_EQ(Remap(Request())->tally().changed(), 1);
  Mend(1, "Older", 2);

  const auto remapped = Remap(Request());

  ASSERT_THAT(remapped, IsOk());
  EXPECT_EQ(remapped->tally().changed(), 0);
  EXPECT_EQ(remapped->tally().unreadable(), 1);
  EXPECT_EQ(Get(id).engagement().title(), "Newer");
}

// Between reading and correcting, somebody else was faster, or the call was deleted.
TEST_F(RemapEngagementsTest, WhatWasChangedOrDeletedMeanwhileStays) {
  const std::string faster = AddEngagement(1, {"hello"});
  const std::string deleted = AddEngagement(2, {"goodbye"});
  const RemapOrder order{.workspace_id = "acme", .import_source = "gong", .start = {}, .end = {}};
  const auto kept = remaps_.Read(order, std::nullopt, 10);
  ASSERT_THAT(kept, IsOk());
  ASSERT_EQ(kept->size(), 2U);
  std::vector<Correction> late;
  for (const KeptEngagement& each : *kept) {
    Correction& correction = late.emplace_back();
    correction.engagement_id = each.engagement.engagement_id;
    correction.before = each.record;
    correction.after.facts = each.engagement.facts;
    correction.after.facts.record.set_title("late");
    correction.after.search = "'=acme' 'late'";
  }
  Mend(1, "faster");
  ASSERT_EQ(Remap(Request())->tally().changed(), 1);
  DeletionStore deletions(pool());
  ASSERT_THAT(deletions.Delete({{"call-2", MakeTestDraft(2).facts.origin}}), IsOk());

  const auto changed = remaps_.Correct("acme", late);

  ASSERT_THAT(changed, IsOk());
  EXPECT_TRUE(changed->empty());
  EXPECT_EQ(Get(faster).engagement().title(), "faster");
  EXPECT_EQ(Hits("late"), 0);
  EXPECT_THAT(engagements_.Get("acme", deleted), HasCode(absl::StatusCode::kNotFound));
}

TEST_F(RemapEngagementsTest, GoesPageByPageThroughTheRangeThatIsMeant) {
  std::vector<EngagementDraft> drafts;
  for (int number = 0; number < 250; ++number) {
    drafts.push_back(MakeTestDraft(number));
    Mend(number, "Mended");
  }
  ASSERT_THAT(deliveries_.Deliver({}, drafts), IsOk());
  v1::RemapEngagementsRequest request = Request();
  request.mutable_start_time()->set_seconds(1'700'000'010);
  request.mutable_end_time()->set_seconds(1'700'000'240);

  int changed = 0;
  int pages = 0;
  do {
    const auto remapped = Remap(request);
    ASSERT_THAT(remapped, IsOk());
    changed += remapped->tally().changed();
    request.set_page_token(remapped->next_page_token());
    ++pages;
  } while (!request.page_token().empty());

  EXPECT_EQ(changed, 230);
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(Remap(Request())->tally().changed() > 0, true) << "the rest was not meant";
}

TEST_F(RemapEngagementsTest, NamesTheFieldsThatAreWrong) {
  v1::RemapEngagementsRequest request = Request();
  request.set_import_source("");
  EXPECT_THAT(Remap(request), HasCode(absl::StatusCode::kInvalidArgument));
  request = Request();
  request.set_page_token("elsewhere");
  EXPECT_THAT(Remap(request), HasCode(absl::StatusCode::kInvalidArgument));
  request = Request();
  request.mutable_start_time()->set_seconds(-1);
  EXPECT_THAT(Remap(request), HasCode(absl::StatusCode::kInvalidArgument));
  request = Request();
  request.set_workspace_id("no such/id");
  EXPECT_THAT(Remap(request), HasCode(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace callimport::media_pipeline
