#include "tests/fake_vendors/http/request_parser.h"

#include <gtest/gtest.h>

namespace callimport::fake_vendors {
namespace {

TEST(TakeRequest, ReadsPathQueryHeadersAndBody) {
  std::string input =
      "POST /v2/calls?cursor=a%2Fb&x= HTTP/1.1\r\nHost: h:1\r\nContent-LENGTH: 3\r\n\r\nabcGET";
  HttpRequest request;

  ASSERT_EQ(TakeRequest(input, request), ParseResult::kComplete);

  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.path, "/v2/calls");
  EXPECT_EQ(request.Query("cursor"), "a/b");
  EXPECT_EQ(request.Query("missing"), "");
  EXPECT_EQ(request.Header("host"), "h:1");
  EXPECT_EQ(request.body, "abc");
  EXPECT_EQ(input, "GET");
}

TEST(TakeRequest, WaitsForTheRestOfTheBody) {
  std::string input = "POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nabc";
  const std::string before = input;
  HttpRequest request;

  EXPECT_EQ(TakeRequest(input, request), ParseResult::kIncomplete);
  EXPECT_EQ(input, before);
}

TEST(TakeRequest, RefusesWhatIsNoHttp) {
  for (std::string input : {"hello\r\n\r\n", "GET noslash HTTP/1.1\r\n\r\n",
                            "GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
                            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"}) {
    HttpRequest request;
    EXPECT_EQ(TakeRequest(input, request), ParseResult::kMalformed) << input;
  }
}

TEST(TakeRequest, KnowsWhenTheClientWillClose) {
  std::string input = "GET / HTTP/1.1\r\nConnection: Close\r\n\r\n";
  HttpRequest request;

  TakeRequest(input, request);

  EXPECT_FALSE(request.keep_alive);
}

}  // namespace
}  // namespace callimport::fake_vendors
