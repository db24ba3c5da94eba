#include "libs/vocabulary/job_words.h"

#include <gmock/gmock.h>

#include <map>
#include <set>

namespace callimport::vocabulary {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using namespace common::v1;  // NOLINT: the table below is read by people

// Every state in every vocabulary.
TEST(JobWordsTest, EveryStateHasItsWordEverywhere) {
  const std::map<JobState, std::vector<std::string>> words = {
      // state                   admin          graph          runs
      {JOB_STATE_PENDING, {"queued", "pending", "pending"}},
      {JOB_STATE_COUNTING, {"in_progress", "counting", "running"}},
      {JOB_STATE_IN_PROGRESS, {"in_progress", "in_progress", "running"}},
      {JOB_STATE_PAUSED, {"in_progress", "in_progress", "running"}},
      {JOB_STATE_CANCELLING, {"in_progress", "in_progress", "running"}},
      {JOB_STATE_CANCELLED, {"cancelled", "cancelled", "failed"}},
      {JOB_STATE_COMPLETED, {"completed", "completed", "completed"}},
      {JOB_STATE_PARTIAL, {"partial", "completed", "completed"}},
      {JOB_STATE_FAILED, {"failed", "failed", "failed"}},
  };
  for (int number = JOB_STATE_PENDING; number < JobState_ARRAYSIZE; ++number) {
    const auto state = static_cast<JobState>(number);
    ASSERT_TRUE(words.contains(state)) << JobState_Name(state) << " has no words";
    for (size_t place = 0; place < kVocabularies.size(); ++place) {
      EXPECT_EQ(WordOf(state, kVocabularies[place]), words.at(state)[place])
          << JobState_Name(state) << " in " << NameOf(kVocabularies[place]);
    }
  }
  EXPECT_EQ(WordOf(JOB_STATE_UNSPECIFIED, Vocabulary::kAdmin), "unknown");
}

TEST(JobWordsTest, NoVocabularyGetsAWordThatItDoesNotHave) {
  const std::map<Vocabulary, std::set<std::string>> known = {
      {Vocabulary::kAdmin,
       {"queued", "in_progress", "completed", "failed", "partial", "cancelled"}},
      {Vocabulary::kGraph,
       {"pending", "counting", "in_progress", "completed", "failed", "cancelled"}},
      {Vocabulary::kRuns, {"pending", "running", "completed", "failed"}},
  };
  for (const Vocabulary vocabulary : kVocabularies) {
    std::set<std::string> used;
    for (int number = JOB_STATE_PENDING; number < JobState_ARRAYSIZE; ++number) {
      used.insert(WordOf(static_cast<JobState>(number), vocabulary));
    }
    EXPECT_EQ(used, known.at(vocabulary)) << NameOf(vocabulary);
  }
}

TEST(JobWordsTest, AWordOfAnybodyIsUnderstood) {
  EXPECT_THAT(StatesMeantBy("queued"), ElementsAre(JOB_STATE_PENDING));
  EXPECT_THAT(StatesMeantBy("running"), ElementsAre(JOB_STATE_COUNTING, JOB_STATE_IN_PROGRESS,
                                                    JOB_STATE_PAUSED, JOB_STATE_CANCELLING));
  EXPECT_THAT(StatesMeantBy("In Progress"), ElementsAre(JOB_STATE_IN_PROGRESS));
  EXPECT_THAT(StatesMeantBy("failed"), ElementsAre(JOB_STATE_FAILED)) << "our own word wins";
  EXPECT_THAT(StatesMeantBy("finished"), IsEmpty());
}

TEST(JobWordsTest, VocabulariesAreFoundByName) {
  for (const Vocabulary vocabulary : kVocabularies) {
    EXPECT_EQ(VocabularyOf(NameOf(vocabulary)), vocabulary);
  }
  EXPECT_EQ(VocabularyOf("klingon"), std::nullopt);
}

}  // namespace
}  // namespace callimport::vocabulary
