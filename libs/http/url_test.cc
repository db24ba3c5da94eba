#include "libs/http/url.h"

#include <gtest/gtest.h>

#include "libs/testing/status_matchers.h"

namespace callimport::http {
namespace {

using testing::HasReason;

TEST(Url, IsTakenApart) {
  const auto url = ParseUrl("https://Media.Example/a/b.mp3?sig=x");

  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->Authority(), "media.example:443");
  EXPECT_EQ(url->path, "/a/b.mp3");
}

TEST(Url, KeepsAnIpv6HostWithoutBrackets) {
  EXPECT_EQ(ParseUrl("http://[::1]:8080/x")->Authority(), "::1:8080");
}

TEST(Url, IsRefusedWithAUserInIt) {
  EXPECT_THAT(ParseUrl("https://api.gong.io@evil.example/"), HasReason("ADDRESS_INVALID"));
}

TEST(Url, ResolvesReferences) {
  EXPECT_EQ(*ResolveUrl("https://a.example/x/y?q=1", "/z"), "https://a.example/z");
  EXPECT_EQ(*ResolveUrl("https://a.example/x/y", "https://b.example/"), "https://b.example/");
}

TEST(Url, LosesItsQueryForLogs) {
  EXPECT_EQ(WithoutQuery("https://a.example/x?sig=1#f"), "https://a.example/x");
  EXPECT_EQ(WithoutQuery("https://u:p@a.example/x"), "https://a.example/x");
}

TEST(Url, EscapesQueryText) { EXPECT_EQ(EscapeQuery("a b&c=ü"), "a%20b%26c%3D%C3%BC"); }

}  // namespace
}  // namespace callimport::http
