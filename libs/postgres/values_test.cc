#include "libs/postgres/values.h"

#include <gtest/gtest.h>

namespace callimport::postgres {
namespace {

using std::chrono::microseconds;

TEST(PostgresValuesTest, WritesTimesToTheMicrosecond) {
  EXPECT_EQ(ToSql(Timestamp(microseconds(1'767'225'600'000'001))), "2026-01-01 00:00:00.000001+00");
  EXPECT_EQ(ToSql(Timestamp(microseconds(-1))), "1969-12-31 23:59:59.999999+00");
}

TEST(PostgresValuesTest, AnEmptyTextIsNull) {
  EXPECT_EQ(NullWhenEmpty(""), std::nullopt);
  EXPECT_EQ(NullWhenEmpty(" "), " ");
}

TEST(PostgresValuesTest, QuotesArrayElements) {
  EXPECT_EQ(ToArray(std::vector<std::string>{}), "{}");
  EXPECT_EQ(ToArray(std::vector<std::string>{"a", "b,c", "say \"hi\"", "back\\slash", ""}),
            R"({"a","b,c","say \"hi\"","back\\slash",""})");
  EXPECT_EQ(ToArray(std::vector<std::optional<std::string>>{std::nullopt, "NULL"}),
            R"({NULL,"NULL"})");
  EXPECT_EQ(ToArray(std::vector<int64_t>{1, -2}), "{1,-2}");
}

TEST(PostgresValuesTest, WritesBytesInHexadecimal) {
  EXPECT_EQ(ToBytea(std::string("\x00\xff"
                                "A",
                                3)),
            "\\x00ff41");
  EXPECT_EQ(ToByteaArray({"A", ""}), R"({"\\x41","\\x"})");
}

}  // namespace
}  // namespace callimport::postgres
