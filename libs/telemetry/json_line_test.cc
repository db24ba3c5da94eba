#include "libs/telemetry/json_line.h"

#include <gtest/gtest.h>

#include <limits>

namespace callimport::log {
namespace {

template <typename Value>
std::string Line(const Value& value) {
  JsonLine line;
  line.Add("v", value);
  return std::move(line).Finish();
}

std::string Line(const char* text) { return Line(std::string(text)); }

TEST(JsonLineTest, EscapesWhatJsonEscapes) {
  EXPECT_EQ(Line("a\"b\\c\nd\te\x01"), R"({"v":"a\"b\\c\nd\te\u0001"})");
  EXPECT_EQ(Line(std::string("a\0b", 3)), R"({"v":"a\u0000b"})");
}

TEST(JsonLineTest, KeepsUtf8AndReplacesWhatIsNone) {
  EXPECT_EQ(Line("Grüße 🎧"), R"({"v":"Grüße 🎧"})");
  EXPECT_EQ(Line("a\xFFz"), R"({"v":"a\ufffdz"})");
  EXPECT_EQ(Line("cut \xF0\x9F\x8E"), R"({"v":"cut \ufffd\ufffd\ufffd"})");
}

TEST(JsonLineTest, WritesNumbersAndFlags) {
  EXPECT_EQ(Line(std::numeric_limits<int64_t>::min()), R"({"v":-9223372036854775808})");
  EXPECT_EQ(Line(0.25), R"({"v":0.25})");
  EXPECT_EQ(Line(std::numeric_limits<double>::quiet_NaN()), R"({"v":null})");
  EXPECT_EQ(Line(true), R"({"v":true})");
}

TEST(JsonLineTest, SeparatesFields) {
  JsonLine line;
  line.Add("a", int64_t{1});
  line.Add("b\"", std::string("x"));
  EXPECT_EQ(std::move(line).Finish(), R"({"a":1,"b\"":"x"})");
}

}  // namespace
}  // namespace callimport::log
