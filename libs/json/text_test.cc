#include "libs/json/text.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace callimport::json {
namespace {

TEST(JsonText, IsQuotedSoThatAnotherParserReadsIt) {
  std::string text = "\"\\/ü😀 end";
  for (char c = 1; c < 0x20; ++c) text += c;
  text += '\0';

  EXPECT_EQ(nlohmann::json::parse(Quote(text)).get<std::string>(), text);
}

TEST(JsonText, ReplacesBytesThatAreNoUtf8) { EXPECT_EQ(Quote("a\xFF"), "\"a\xEF\xBF\xBD\""); }

TEST(JsonText, IsQuotedAsAList) {
  EXPECT_EQ(QuoteAll({}), "[]");
  EXPECT_EQ(QuoteAll({"1", "a\"b"}), R"(["1","a\"b"])");
}

TEST(JsonText, DecodesWhatItQuoted) {
  const std::string quoted = Quote("tab\t quote\" ü");
  EXPECT_EQ(Decode(std::string_view(quoted).substr(1, quoted.size() - 2)), "tab\t quote\" ü");
}

TEST(JsonText, RefusesBrokenEscapesAndUtf8) {
  for (const char* text : {"\\", "\\a", "\\u12", "\\u12g4", "\\udc00", "\\ud800", "\\ud800\\u0041",
                           "\xC0\x80", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xE2\x82", "\x01"}) {
    EXPECT_EQ(Decode(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace callimport::json
