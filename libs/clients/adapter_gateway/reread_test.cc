#include "libs/clients/adapter_gateway/reread.h"

#include <gmock/gmock.h>

#include "libs/clients/adapter_gateway/scripted_records.h"
#include "libs/testing/status_matchers.h"

namespace callimport::adapter_gateway {
namespace {

using common::v1::CallRecord;
using testing::IsOk;

CallRecord Record(const std::string& id, const std::string& title, int revision) {
  CallRecord record;
  record.set_source_call_id(id);
  record.set_title(title);
  record.set_mapping_revision(revision);
  return record;
}

CallRecord Kept(const std::string& id, const std::string& title, int revision = 1) {
  CallRecord record = Record(id, title, revision);
  record.set_source_metadata("{}");
  return record;
}

class RereadTest : public ::testing::Test {
 protected:
  Reread Read(const std::vector<CallRecord>& records) {
    const auto reread = ReadAnew(gateway_, "gong", records);
    EXPECT_THAT(reread, IsOk());
    return *reread;
  }

  ScriptedRecords gateway_;
};

TEST_F(RereadTest, CorrectsWhatIsReadOtherwiseAndKeepsTheSourcesRecord) {
  gateway_.mapping = {{"1", Record("1", "new", 2)}, {"2", Record("2", "same", 2)}};

  const Reread reread = Read({Kept("1", "old"), Kept("2", "same")});

  EXPECT_EQ(reread.tally.examined(), 2);
  EXPECT_EQ(reread.tally.unreadable(), 0);
  ASSERT_TRUE(reread.corrected[0].has_value());
  EXPECT_EQ(reread.corrected[0]->title(), "new");
  EXPECT_EQ(reread.corrected[0]->source_metadata(), "{}");
  EXPECT_FALSE(reread.corrected[1].has_value()) << "a newer edition that says the same";
}

TEST_F(RereadTest, LeavesWhatANewerMappingReadAndWhatCannotBeRead) {
  CallRecord message = Record("3", "new", 2);
  message.set_kind(common::v1::RECORD_KIND_MESSAGE);
  gateway_.mapping = {{"1", Record("1", "old", 1)}, {"3", message}};

  const Reread reread = Read({Kept("1", "new", 2), Kept("2", "any"), Kept("3", "a call")});

  EXPECT_EQ(reread.tally.examined(), 3);
  EXPECT_EQ(reread.tally.unreadable(), 3);
  for (const auto& corrected : reread.corrected) EXPECT_FALSE(corrected.has_value());
}

TEST_F(RereadTest, AsksForNothingThatNoSourceTold) {
  const Reread reread = Read({Record("1", "talk.mp3", 0)});

  EXPECT_TRUE(gateway_.mapped.empty());
  EXPECT_EQ(reread.tally.examined(), 0);
}

TEST_F(RereadTest, AsksForSoMuchAtOnceAsAMessageHolds) {
  CallRecord large = Kept("1", "old");
  large.set_source_metadata(std::string(1'500'000, ' '));
  CallRecord too_large = Kept("2", "old");
  too_large.set_source_metadata(std::string(9'000'000, ' '));
  gateway_.mapping = {{"1", Record("1", "new", 2)}};
  std::vector<CallRecord> many(250, Kept("3", "old"));
  many.insert(many.begin(), {large, too_large, large});

  const Reread reread = Read(many);

  ASSERT_EQ(gateway_.mapped.size(), 4u);
  EXPECT_EQ(gateway_.mapped[0].records_size(), 1);
  EXPECT_EQ(gateway_.mapped[1].records_size(), 100);
  EXPECT_EQ(reread.tally.examined(), 252);
  EXPECT_TRUE(reread.corrected[0].has_value());
  EXPECT_TRUE(reread.corrected[2].has_value());
}

TEST_F(RereadTest, ShowsWhatChangesOfTheFirstFew) {
  CallRecord before = Kept("1", "old");
  CallRecord after = Kept("1", std::string(199, 'x') + "ä and more");
  common::v1::Participant& dana = *after.add_participants();
  dana.set_name("Dana");
  dana.set_phone("+4930");
  dana.set_affiliation(common::v1::Participant::AFFILIATION_INTERNAL);
  after.mutable_start_time()->set_seconds(1'700'000'000);
  common::v1::RemapTally tally;

  for (int i = 0; i < 7; ++i) CountChange(before, after, "e1", tally);

  EXPECT_EQ(tally.changed(), 7);
  ASSERT_EQ(tally.samples_size(), 5);
  const common::v1::RemappedCall& sample = tally.samples(0);
  EXPECT_EQ(sample.engagement_id(), "e1");
  ASSERT_EQ(sample.fields_size(), 3);
  EXPECT_EQ(sample.fields(0).name(), "title");
  EXPECT_EQ(sample.fields(0).before(), "old");
  EXPECT_EQ(sample.fields(0).after(), std::string(199, 'x') + "…");
  EXPECT_EQ(sample.fields(1).after(), "2023-11-14T22:13:20Z");
  EXPECT_EQ(sample.fields(2).name(), "participants");
  EXPECT_EQ(sample.fields(2).after(), "Dana, +4930, internal");
}

}  // namespace
}  // namespace callimport::adapter_gateway
