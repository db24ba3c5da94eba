// What every object store must do, as tests. Instantiate with a function that makes an empty one.
#pragma once

#include <gmock/gmock.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "libs/testing/status_matchers.h"
#include "services/media-pipeline/objects/object_store.h"

namespace callimport::media_pipeline {

class ObjectStoreContract
    : public ::testing::TestWithParam<std::function<std::unique_ptr<ObjectStore>()>> {
 protected:
  void Put(const std::string& key, const std::string& content) {
    auto staged = store_->Stage();
    ASSERT_THAT(staged, testing::IsOk());
    ASSERT_THAT((*staged)->Append(content), testing::IsOk());
    ASSERT_THAT((*staged)->Keep(key), testing::IsOk());
  }

  std::vector<std::string> KeptBefore(Timestamp moment) {
    std::vector<std::string> all;
    EXPECT_THAT(store_->VisitKeptBefore(moment,
                                        [&](const auto& keys) {
                                          all.insert(all.end(), keys.begin(), keys.end());
                                          return absl::OkStatus();
                                        }),
                testing::IsOk());
    return all;
  }

  std::unique_ptr<ObjectStore> store_ = GetParam()();
  const Timestamp past_ = std::chrono::system_clock::now() - std::chrono::hours(1);
  const Timestamp future_ = std::chrono::system_clock::now() + std::chrono::hours(1);
};

TEST_P(ObjectStoreContract, GivesBackWhatWasKept) {
  Put("ws-a/01/one", "recording");
  EXPECT_EQ(*store_->Read("ws-a/01/one", 0, 100), "recording");
}

TEST_P(ObjectStoreContract, ReadsARange) {
  Put("k", "0123456789");
  EXPECT_EQ(*store_->Read("k", 2, 3), "234");
  EXPECT_EQ(*store_->Read("k", 8, 5), "89");
  EXPECT_EQ(*store_->Read("k", 10, 5), "");
}

TEST_P(ObjectStoreContract, ShowsAnObjectOnlyOnceItIsKept) {
  auto staged = store_->Stage();
  ASSERT_THAT((*staged)->Append("half"), testing::IsOk());
  EXPECT_FALSE(store_->Exists("k"));
  ASSERT_THAT((*staged)->Append(" and half"), testing::IsOk());
  ASSERT_THAT((*staged)->Keep("k"), testing::IsOk());
  EXPECT_EQ(*store_->Read("k", 0, 100), "half and half");
}

TEST_P(ObjectStoreContract, ForgetsWhatIsNotKept) {
  {
    auto staged = store_->Stage();
    ASSERT_THAT((*staged)->Append("refused"), testing::IsOk());
  }
  EXPECT_THAT(KeptBefore(future_), ::testing::IsEmpty());
  EXPECT_EQ(*store_->DropStagedBefore(future_), 0);
}

TEST_P(ObjectStoreContract, KeepsWhatIsToBeGoneOnWith) {
  EXPECT_THAT(store_->ResumableBytes("upload"), testing::HasReason("OBJECT_NOT_FOUND"));
  {
    const auto staged = store_->Resume("upload");
    ASSERT_THAT(staged, testing::IsOk());
    ASSERT_THAT((*staged)->Append("half"), testing::IsOk());
    EXPECT_THAT(store_->Resume("upload"), testing::HasReason("OBJECT_BEING_WRITTEN"));
  }
  EXPECT_EQ(*store_->ResumableBytes("upload"), 4);
  {
    const auto staged = store_->Resume("upload");
    ASSERT_THAT(staged, testing::IsOk());
    ASSERT_THAT((*staged)->Append(" and half"), testing::IsOk());
    ASSERT_THAT((*staged)->Keep("k"), testing::IsOk());
  }
  EXPECT_EQ(*store_->Read("k", 0, 100), "half and half");
  EXPECT_THAT(store_->ResumableBytes("upload"), testing::HasReason("OBJECT_NOT_FOUND"));
}

TEST_P(ObjectStoreContract, ForgetsWhatNobodyGoesOnWith) {
  for (const char* name : {"discarded", "old"}) {
    const auto staged = store_->Resume(name);
    ASSERT_THAT((*staged)->Append("half"), testing::IsOk());
    if (std::string(name) == "discarded") (*staged)->Discard();
  }
  EXPECT_THAT(store_->ResumableBytes("discarded"), testing::HasReason("OBJECT_NOT_FOUND"));
  EXPECT_EQ(*store_->DropStagedBefore(future_), 0);
  EXPECT_EQ(*store_->DropResumableBefore(past_), 0);
  EXPECT_EQ(*store_->DropResumableBefore(future_), 1);
  EXPECT_THAT(store_->ResumableBytes("old"), testing::HasReason("OBJECT_NOT_FOUND"));
}

TEST_P(ObjectStoreContract, MakesFewAndManyObjectsDurable) {
  std::vector<std::string> keys;
  for (int i = 0; i < 20; ++i) {
    keys.push_back("ws-a/" + std::to_string(i % 3) + "/" + std::to_string(i));
    Put(keys.back(), "content");
  }
  EXPECT_THAT(store_->MakeDurable({}), testing::IsOk());
  EXPECT_THAT(store_->MakeDurable({keys[0], keys[1]}), testing::IsOk());
  EXPECT_THAT(store_->MakeDurable(keys), testing::IsOk());
}

TEST_P(ObjectStoreContract, StillReadsWhatWasLetGo) {
  Put("ws-a/01/one", "recording");
  ASSERT_THAT(store_->MakeDurable({"ws-a/01/one"}), testing::IsOk());

  store_->LetGo({"ws-a/01/one", "ws-a/01/never"});

  EXPECT_EQ(*store_->Read("ws-a/01/one", 0, 100), "recording");
}

TEST_P(ObjectStoreContract, SaysThatAnObjectIsNotThere) {
  EXPECT_THAT(store_->Read("nothing", 0, 1), testing::HasReason("OBJECT_NOT_FOUND"));
  EXPECT_FALSE(store_->Exists("nothing"));
  EXPECT_THAT(store_->Delete("nothing"), testing::IsOk());
}

TEST_P(ObjectStoreContract, RefusesKeysThatLeadElsewhere) {
  for (const char* key : {"", "../k", "a/../../k", "/etc/passwd", "a//b/", "a b", "."}) {
    EXPECT_THAT((*store_->Stage())->Keep(key), testing::HasReason("OBJECT_KEY_INVALID")) << key;
    EXPECT_THAT(store_->Delete(key), testing::HasReason("OBJECT_KEY_INVALID")) << key;
  }
}

TEST_P(ObjectStoreContract, ListsWhatWasKeptBefore) {
  Put("ws-a/01/one", "1");
  Put("ws-b/02/two", "2");
  EXPECT_THAT(KeptBefore(past_), ::testing::IsEmpty());
  EXPECT_THAT(KeptBefore(future_), ::testing::UnorderedElementsAre("ws-a/01/one", "ws-b/02/two"));
}

TEST_P(ObjectStoreContract, SparesWhatWasKeptAgain) {
  Put("k", "content");
  EXPECT_THAT(store_->DeleteKeptBefore("k", past_), testing::IsOk());
  EXPECT_TRUE(store_->Exists("k"));
  EXPECT_THAT(store_->DeleteKeptBefore("k", future_), testing::IsOk());
  EXPECT_FALSE(store_->Exists("k"));
}

}  // namespace callimport::media_pipeline
