#include "libs/http/link_header.h"

#include <gtest/gtest.h>

namespace callimport::http {
namespace {

constexpr char kHeader[] = R"(<https://api.example/calls.json?per_page=100&page=3>; rel="last", )"
                           R"(<https://api.example/calls.json?page=2&per_page=100>; rel="next")";

TEST(LinkHeader, LeadsToTheRelationAskedFor) {
  EXPECT_EQ(LinkTo(kHeader, "last"), "https://api.example/calls.json?per_page=100&page=3");
  EXPECT_EQ(LinkTo(kHeader, "next"), "https://api.example/calls.json?page=2&per_page=100");
  EXPECT_EQ(LinkTo(kHeader, "prev"), "");
  EXPECT_EQ(LinkTo("<https://a.example/?page=4>; rel=next", "next"), "https://a.example/?page=4");
}

TEST(LinkHeader, IsReadHoweverBrokenItIs) {
  for (const char* broken :
       {"", "<", "<a", "a>", "<a>", "<a>; rel", "<a>; rel=\"next", "; rel=next"}) {
    EXPECT_EQ(LinkTo(broken, "last"), "") << broken;
  }
}

TEST(LinkHeader, HasNumbersByTheirWholeNames) {
  EXPECT_EQ(QueryNumber(LinkTo(kHeader, "last"), "page"), 3);
  EXPECT_EQ(QueryNumber(LinkTo(kHeader, "next"), "page"), 2);
  EXPECT_EQ(QueryNumber("https://a.example/page=1", "page"), 0);
  EXPECT_EQ(QueryNumber("https://a.example/?per_page=1", "page"), 0);
}

}  // namespace
}  // namespace callimport::http
