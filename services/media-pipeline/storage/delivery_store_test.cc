#include "services/media-pipeline/storage/delivery_store.h"

#include <gmock/gmock.h>

#include <thread>

#include "libs/postgres/transact.h"
#include "libs/postgres/values.h"
#include "libs/testing/postgres_fixture.h"
#include "libs/testing/status_matchers.h"
#include "services/media-pipeline/storage/drafts_fixture.h"
#include "services/media-pipeline/storage/engagement_store.h"

namespace callimport::media_pipeline {
const std::vector<postgres::Migration>& Migrations();
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::IsOk;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

class DeliveryStoreTest : public testing::PostgresTest {
 protected:
  DeliveryStoreTest() : PostgresTest("media_pipeline", Migrations()) {}

  DeliveryStore store_{pool()};
  EngagementStore engagements_{pool()};
};

TEST_F(DeliveryStoreTest, StoresAGroupAtOnce) {
  const auto ids = store_.Deliver({MakeTestRecording(1), MakeTestRecording(2)},
                                  {MakeTestDraft(1, "hello"), MakeTestDraft(2)});

  ASSERT_THAT(ids, IsOk());
  ASSERT_THAT(*ids, SizeIs(2));
  const auto first = engagements_.GetWithTexts("acme", (*ids)[0]);
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(first->engagement.facts.record.title(), "Call 1");
  EXPECT_EQ(first->engagement.facts.duration, std::chrono::seconds(61));
  EXPECT_EQ(first->engagement.recording->size_bytes, 1001);
  EXPECT_EQ(first->engagement.recording->duration, std::chrono::milliseconds(1500));
  EXPECT_EQ(first->texts.transcript->segments(0).text(), "hello");
  EXPECT_EQ(first->texts.original_transcript, "{\"original\": true}");
  EXPECT_FALSE(engagements_.GetWithTexts("acme", (*ids)[1])->texts.transcript);
}

TEST_F(DeliveryStoreTest, KeepsTheSourcesRecordByteForByte) {
  const EngagementDraft draft = MakeTestDraft(1);
  const auto ids = store_.Deliver({}, {draft});
  EXPECT_EQ(engagements_.GetWithTexts("acme", ids->front())->texts.source_metadata,
            draft.source_metadata);
}

TEST_F(DeliveryStoreTest, ShowsCallsByTheirProvider) {
  const EngagementDraft draft = MakeTestDraft(1, "hello");
  ASSERT_THAT(store_.Deliver({MakeTestRecording(1)}, {draft, MakeTestDraft(2)}), IsOk());

  const auto calls = *postgres::Transact(pool(), [](pqxx::work& tx) {
    return tx.exec(
        "SELECT provider, provider_call_id, provider_data, recording_bytes FROM calls"
        " ORDER BY provider_call_id");
  });

  ASSERT_EQ(calls.size(), 2);
  EXPECT_EQ(calls[0]["provider"].as<std::string>(), draft.facts.origin.import_source);
  EXPECT_EQ(calls[0]["provider_call_id"].as<std::string>(), draft.facts.origin.source_call_id);
  EXPECT_EQ(postgres::FromBytea(calls[0]["provider_data"]), draft.source_metadata);
  EXPECT_EQ(calls[0]["recording_bytes"].as<int64_t>(), 1001);
  EXPECT_TRUE(calls[1]["recording_bytes"].is_null());
}

TEST_F(DeliveryStoreTest, MakesOneEngagementHoweverOftenACallIsDelivered) {
  const auto first = store_.Deliver({MakeTestRecording(1)}, {MakeTestDraft(1)});
  const auto again = store_.Deliver({MakeTestRecording(1), MakeTestRecording(2)},
                                    {MakeTestDraft(2), MakeTestDraft(1, "later")});

  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->at(1), first->at(0));
  EXPECT_FALSE(engagements_.GetWithTexts("acme", first->at(0))->texts.transcript);
  EXPECT_THAT(*engagements_.List("acme", "", std::nullopt, 10), SizeIs(2));
}

TEST_F(DeliveryStoreTest, MakesOneEngagementWhenTwoWorkersDeliverAtOnce) {
  DeliveryStore other(pool());
  std::vector<EngagementDraft> drafts, reversed;
  for (int i = 0; i < 50; ++i) drafts.push_back(MakeTestDraft(i));
  reversed.assign(drafts.rbegin(), drafts.rend());
  absl::StatusOr<std::vector<std::string>> a, b;

  std::thread one([&] { a = store_.Deliver({}, drafts); });
  std::thread two([&] { b = other.Deliver({}, reversed); });
  one.join();
  two.join();

  ASSERT_THAT(a, IsOk());
  ASSERT_THAT(b, IsOk());
  EXPECT_TRUE(std::equal(a->begin(), a->end(), b->rbegin()));
}

TEST_F(DeliveryStoreTest, StoresNothingOfAGroupThatCannotBeStored) {
  EngagementDraft bad = MakeTestDraft(2);
  bad.search = "'unfinished";

  const auto ids = store_.Deliver({MakeTestRecording(1)}, {MakeTestDraft(1), bad});

  EXPECT_FALSE(ids.ok());
  EXPECT_THAT(*engagements_.List("acme", "", std::nullopt, 10), IsEmpty());
  EXPECT_THAT(*store_.FindObjectsInUse({"ws-acme/00/1"}), IsEmpty());
}

TEST_F(DeliveryStoreTest, FindsWhatFormerAttemptsLeft) {
  const auto ids = store_.Deliver({MakeTestRecording(1), MakeTestRecording(2)}, {MakeTestDraft(1)});

  const auto remains = store_.FindRemains({{"call-3", {"acme", "gong", "source-3"}},
                                           {"call-1", {"acme", "gong", "source-1"}},
                                           {"call-2", {"acme", "gong", "source-2"}}});

  ASSERT_THAT(remains, IsOk());
  EXPECT_FALSE(remains->at(0).recording);
  EXPECT_EQ(remains->at(0).engagement_id, "");
  EXPECT_EQ(remains->at(1).engagement_id, ids->front());
  EXPECT_EQ(remains->at(2).engagement_id, "");
  EXPECT_EQ(remains->at(2).recording->object_key, "ws-acme/00/2");
}

TEST_F(DeliveryStoreTest, ReplacesTheRecordingOfACallThatCameAgainWithAnother) {
  RecordingOfCall changed = MakeTestRecording(1);
  changed.recording.object_key = "ws-acme/00/changed";
  changed.recording.sha256 = std::string(32, 'c');
  ASSERT_THAT(store_.Deliver({MakeTestRecording(1), MakeTestRecording(1)}, {}), IsOk());
  ASSERT_THAT(store_.Deliver({changed}, {}), IsOk());

  EXPECT_THAT(*store_.FindObjectsInUse({"ws-acme/00/1", "ws-acme/00/changed"}),
              ElementsAre("ws-acme/00/changed"));
}

TEST_F(DeliveryStoreTest, RemembersUploadsByTheirContent) {
  const StoredRecording recording = MakeTestRecording(7).recording;
  ASSERT_THAT(store_.SaveUpload("acme", recording), IsOk());
  ASSERT_THAT(store_.SaveUpload("acme", recording), IsOk());

  EXPECT_EQ((*store_.FindUpload("acme", recording.sha256))->object_key, recording.object_key);
  EXPECT_FALSE(*store_.FindUpload("other", recording.sha256));
  EXPECT_THAT(*store_.FindObjectsInUse({recording.object_key, "none"}),
              ElementsAre(recording.object_key));
}

}  // namespace
}  // namespace callimport::media_pipeline
