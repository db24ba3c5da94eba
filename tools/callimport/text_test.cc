#include "tools/callimport/text.h"

#include <gtest/gtest.h>

namespace callimport::cli {
namespace {

using namespace std::chrono_literals;

TEST(TextTest, CountsColumnsNotBytes) {
  EXPECT_EQ(ColumnsOf("Zürich"), 6);
  EXPECT_EQ(ColumnsOf("通話"), 4);
  EXPECT_EQ(ColumnsOf("e\u0301"), 1);
}

TEST(TextTest, CutsWhatDoesNotFit) {
  EXPECT_EQ(Fit("Discovery call", 20), "Discovery call");
  EXPECT_EQ(Fit("Discovery call", 14), "Discovery call");
  EXPECT_EQ(Fit("Discovery call", 10), "Discovery…");
  EXPECT_EQ(Fit("通話記録", 5), "通話…");
  EXPECT_EQ(Fit("anything", 0), "");
}

TEST(TextTest, LetsNobodyDriveTheTerminal) {
  EXPECT_EQ(Fit("a\x1b[2Jb\nc", 20), "a [2Jb c");
  EXPECT_EQ(Fit("\xc2\x9b"
                "31m",
                20),
            " 31m");
}

TEST(TextTest, SurvivesBrokenUtf8) {
  EXPECT_EQ(ColumnsOf("\xff\xfe"), 2);
  EXPECT_EQ(Fit("ab\xe2\x80", 10).substr(0, 2), "ab");
}

TEST(TextTest, FillsUpWithSpaces) { EXPECT_EQ(Pad("äb", 4), "äb  "); }

TEST(TextTest, ShowsDurationsAsAClock) {
  EXPECT_EQ(Clock(0ms), "0:00");
  EXPECT_EQ(Clock(7'900ms), "0:07");
  EXPECT_EQ(Clock(12min + 34s), "12:34");
  EXPECT_EQ(Clock(1h + 2min + 3s), "1:02:03");
  EXPECT_EQ(Clock(-5s), "0:00");
}

TEST(TextTest, ShowsSizesInFewDigits) {
  EXPECT_EQ(Bytes(0), "0 B");
  EXPECT_EQ(Bytes(999), "999 B");
  EXPECT_EQ(Bytes(14'400), "14 KB");
  EXPECT_EQ(Bytes(999'600), "1.0 MB");
  EXPECT_EQ(Bytes(3'240'000), "3.2 MB");
  EXPECT_EQ(Bytes(7'500'000'000), "7.5 GB");
}

TEST(TextTest, DrawsBars) {
  EXPECT_EQ(Bar(0, 10, 4), "░░░░");
  EXPECT_EQ(Bar(5, 10, 4), "██░░");
  EXPECT_EQ(Bar(9, 10, 4), "███░");
  EXPECT_EQ(Bar(10, 10, 4), "████");
  EXPECT_EQ(Bar(11, 10, 4), "████");
  EXPECT_EQ(Bar(3, 0, 4), "░░░░");
}

TEST(TextTest, SaysStatesInWords) {
  EXPECT_EQ(StateWords("JOB_STATE_IN_PROGRESS", "JOB_STATE_"), "in progress");
}

TEST(TextTest, AlignsTablesAndShrinksTheNamedColumn) {
  EXPECT_EQ(Table({{"id", "title"}, {"1", "Ünï"}, {"22", "x"}}, 1, 80),
            "id  title\n1   Ünï\n22  x\n");
  EXPECT_EQ(Table({{"1", "a title of many words", "end"}}, 1, 20), "1  a title of…   end\n");
}

TEST(TextTest, HighlightsMatches) {
  EXPECT_EQ(Highlight("an «offer» by us"), "an \x1b[1;33moffer\x1b[0m by us");
}

}  // namespace
}  // namespace callimport::cli
