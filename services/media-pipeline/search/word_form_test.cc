#include "services/media-pipeline/search/word_form.h"

#include <gmock/gmock.h>

namespace callimport::media_pipeline {
namespace {

using ::testing::ElementsAre;

TEST(ParseTsvector, ReadsLexemesAndPositions) {
  const auto parsed = ParseTsvector("'fat':2 'rat':3A,15B");

  ASSERT_EQ(parsed.size(), 2U);
  EXPECT_EQ(parsed[0].lexeme, "fat");
  EXPECT_THAT(parsed[0].positions, ElementsAre(2));
  EXPECT_EQ(parsed[1].lexeme, "rat");
  EXPECT_THAT(parsed[1].positions, ElementsAre(3, 15));
}

TEST(ParseTsvector, ReadsQuotesBackslashesAndLexemesWithoutPosition) {
  const auto parsed = ParseTsvector(R"('it''s' 'c:\\dir':1)");

  ASSERT_EQ(parsed.size(), 2U);
  EXPECT_EQ(parsed[0].lexeme, "it's");
  EXPECT_TRUE(parsed[0].positions.empty());
  EXPECT_EQ(parsed[1].lexeme, "c:\\dir");
}

TEST(ParseTsvector, SurvivesAnyText) {
  for (const char* text : {"", "'", "''", "'a", "'a':", ":1", "'a':1,", "'a':x", "\\"}) {
    ParseTsvector(text);
  }
}

TEST(QuoteLexeme, IsReadBackByParse) {
  const std::string lexeme = "it's a \\ b";
  EXPECT_EQ(ParseTsvector(QuoteLexeme(lexeme)).front().lexeme, lexeme);
}

}  // namespace
}  // namespace callimport::media_pipeline
