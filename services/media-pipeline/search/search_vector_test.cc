#include "services/media-pipeline/search/search_vector.h"

#include <gmock/gmock.h>

#include "libs/testing/status_matchers.h"
#include "services/media-pipeline/search/scripted_dictionary.h"

namespace callimport::media_pipeline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(SplitWords, LeavesOutSpacesAndPunctuation) {
  EXPECT_THAT(SplitWords("  Well, (the price)\tis \"fixed\".\n"),
              ElementsAre("Well", "the", "price", "is", "fixed"));
  EXPECT_THAT(SplitWords(" ... !  "), ElementsAre());
  EXPECT_THAT(SplitWords(std::string(5000, 'x')), ElementsAre());
}

TEST(SearchVector, PlacesTheTitleBeforeWhatWasSaid) {
  const auto lexicon = MakeScriptedLexicon();

  const auto vectors = MakeSearchVectors(*lexicon, {{"acme", "Prices", {"the price", "prices?"}}});

  ASSERT_THAT(vectors, testing::IsOk());
  EXPECT_EQ(vectors->front(), "'=acme' 'price':1A,3,4");
}

TEST(SearchVector, CountsThePositionsOfStopWordsAndCompounds) {
  const auto lexicon = MakeScriptedLexicon();

  const auto vectors = MakeSearchVectors(*lexicon, {{"acme", "", {"the follow-up call"}}});

  EXPECT_THAT(vectors->front(), HasSubstr("'follow':2"));
  EXPECT_THAT(vectors->front(), HasSubstr("'up':3"));
  EXPECT_THAT(vectors->front(), HasSubstr("'call':4"));
}

TEST(SearchVector, AsksForEachWordOnce) {
  std::atomic<size_t> asked = 0;
  const auto lexicon = MakeScriptedLexicon(&asked);
  const std::vector<Searchable> items(5, {"acme", "call", {"one two two", "one"}});

  ASSERT_THAT(MakeSearchVectors(*lexicon, items), testing::IsOk());
  ASSERT_THAT(MakeSearchVectors(*lexicon, items), testing::IsOk());

  EXPECT_EQ(asked, 3U);
}

TEST(SearchVector, StaysWithinWhatPostgresqlTakes) {
  std::string text;
  for (int i = 0; i < 60'000; ++i) text += "word" + std::to_string(i) + "x ";
  const auto lexicon = MakeScriptedLexicon();

  const auto vectors = MakeSearchVectors(*lexicon, {{"acme", "", {text}}});

  ASSERT_THAT(vectors, testing::IsOk());
  EXPECT_THAT(vectors->front(), StartsWith("'=acme' "));
  EXPECT_LT(vectors->front().size(), 1'000'000U);
}

TEST(SearchVector, SaysWhenTheDictionaryCannotBeAsked) {
  Lexicon lexicon([](const auto&) { return absl::UnavailableError("no database"); }, "mark");
  EXPECT_THAT(MakeSearchVectors(lexicon, {{"acme", "call", {}}}),
              testing::HasCode(absl::StatusCode::kUnavailable));
}

}  // namespace
}  // namespace callimport::media_pipeline
