#include "libs/json/document.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "libs/testing/status_matchers.h"

namespace callimport::json {
namespace {

using testing::HasReason;

Document Parsed(const std::string& text) {
  auto document = Document::Parse(text);
  EXPECT_TRUE(document.ok()) << document.status();
  return *std::move(document);
}

TEST(Document, KeepsTheBytesOfEveryValue) {
  const Document document = Parsed(R"({"calls": [ {"id" : 1.50} ,{"id":"x\u0041"}]})");

  const std::vector<Value> calls = document.root().Find("calls")->Children();

  ASSERT_EQ(calls.size(), 2u);
  EXPECT_EQ(calls[0].raw(), R"({"id" : 1.50})");
  EXPECT_EQ(calls[1].raw(), R"({"id":"x\u0041"})");
  EXPECT_EQ(calls[0].Find("id")->raw(), "1.50");
}

TEST(Document, NamesThePathOfAValue) {
  const Document document = Parsed(R"({"a":1,"calls":[{},{"metaData":{"x":0,"duration":[7,8]}}]})");

  const Value duration =
      *document.root().Find("calls")->Children()[1].Find("metaData")->Find("duration");

  EXPECT_EQ(duration.Path(), "calls[1].metaData.duration");
  EXPECT_EQ(duration.Children()[1].Path(), "calls[1].metaData.duration[1]");
  EXPECT_EQ(document.root().Path(), "");
}

TEST(Document, FindsNamesWrittenWithEscapes) {
  EXPECT_EQ(Parsed(R"({"\u0069d":5})").root().Find("id")->raw(), "5");
}

TEST(Document, StaysValidWhenItMoves) {
  Document document = Parsed(R"(["short"])");
  const Value element = document.root().Children()[0];

  const Document moved = std::move(document);

  EXPECT_EQ(element.Text(), "short");
}

TEST(Document, RefusesWhatIsNotJson) {
  for (const char* text : {"",
                           " ",
                           "{",
                           "}",
                           "[1,]",
                           "{\"a\":1,}",
                           "{a:1}",
                           "\"open",
                           "\"open\\\"",
                           "01",
                           "1.",
                           "-",
                           "1e",
                           "tru",
                           "nul",
                           "[1 2]",
                           "{\"a\" 1}",
                           "{} {}",
                           "<html></html>",
                           "[\"a\":1]",
                           "\"\\"}) {
    EXPECT_THAT(Document::Parse(text), HasReason("JSON_MALFORMED")) << text;
  }
}

TEST(Document, RefusesEndlessNesting) {
  EXPECT_THAT(Document::Parse(std::string(1'000'000, '[')), HasReason("JSON_MALFORMED"));
}

TEST(Document, LetsABadStringSpoilOnlyItself) {
  const Document document = Parsed("[\"\\x\",\"\xFF\",\"a\nb\",\"\\ud800\",\"fine\"]");

  const std::vector<Value> texts = document.root().Children();

  for (size_t i = 0; i < 4; ++i) EXPECT_EQ(texts[i].Text(), std::nullopt) << i;
  EXPECT_EQ(texts[4].Text(), "fine");
}

// Compares with an independent parser, over texts that are nearly JSON.
TEST(Document, AcceptsExactlyWhatAnotherParserAccepts) {
  const std::string seeds[] = {
      R"({"a":[1,-2.5e+3,true,false,null,"x"],"b":{"c":{}},"d":[[],[{}]]})",
      R"([0,10,1.0,1E5,"",{"k":"v","k2":[ ] } ] )", R"(  -0.1e-2 )"};
  const std::string alphabet = "{}[],:\"01.-eE+ tfnx";
  std::minstd_rand random(7);
  const auto below = [&](size_t bound) { return static_cast<size_t>(random()) % bound; };

  for (int i = 0; i < 20'000; ++i) {
    std::string text = seeds[below(3)];
    for (size_t edits = below(4); edits > 0; --edits) {
      text[below(text.size())] = alphabet[below(alphabet.size())];
    }
    const auto other = nlohmann::json::parse(text, nullptr, false);
    const auto ours = Document::Parse(text);
    ASSERT_EQ(ours.ok(), !other.is_discarded()) << text;
    if (!ours.ok()) continue;
    ASSERT_EQ(nlohmann::json::parse(ours->root().raw()), other);
  }
}

}  // namespace
}  // namespace callimport::json
