#include "services/media-pipeline/search/query_terms.h"

#include <gmock/gmock.h>

namespace callimport::media_pipeline {
namespace {

TEST(ParseQueryTerms, TakesWordsApart) {
  const auto terms = ParseQueryTerms("'price' & ( 'discount' | 'offer' )");

  ASSERT_EQ(terms.size(), 3U);
  EXPECT_EQ(terms[0].parts.at(0).lexeme, "price");
  EXPECT_EQ(terms[2].parts.at(0).lexeme, "offer");
}

TEST(ParseQueryTerms, KeepsPhrasesTogether) {
  const auto terms = ParseQueryTerms("'secur' <-> 'review' <2> 'month' & 'next'");

  ASSERT_EQ(terms.size(), 2U);
  ASSERT_EQ(terms[0].parts.size(), 3U);
  EXPECT_EQ(terms[0].parts[1].offset, 1);
  EXPECT_EQ(terms[0].parts[2].offset, 3);
  EXPECT_EQ(terms[1].parts.at(0).lexeme, "next");
}

TEST(ParseQueryTerms, FindsNothingInAQueryOfNegationsAlone) {
  EXPECT_TRUE(ParseQueryTerms("T").empty());
  EXPECT_TRUE(ParseQueryTerms("").empty());
  EXPECT_TRUE(ParseQueryTerms("<->").empty());
}

}  // namespace
}  // namespace callimport::media_pipeline
