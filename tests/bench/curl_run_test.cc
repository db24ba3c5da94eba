#include "tests/bench/curl_run.h"

#include <gtest/gtest.h>

#include "libs/http/curl_http_client.h"
#include "libs/testing/status_matchers.h"
#include "tests/bench/fake_vendor_process.h"
#include "tests/bench/gong_addresses.h"
#include "tests/bench/process_usage.h"

namespace callimport::bench {
namespace {

constexpr int64_t kBytes = 100'000;

TEST(CurlRunTest, CurlFetchesWhatTheVendorHas) {
  const auto vendor = FakeVendorProcess::Start(12, kBytes);
  ASSERT_TRUE(vendor.ok()) << vendor.status();
  http::CurlHttpClient http;
  const auto addresses = FindMediaAddresses(http, (*vendor)->vendor(), 12);
  ASSERT_TRUE(addresses.ok()) << addresses.status();
  const ScratchFolder folder;

  const auto in_turn = FetchWithCurl(*addresses, 1, folder.path());
  const auto together = FetchWithCurl(*addresses, 4, folder.path());

  ASSERT_TRUE(in_turn.ok() && together.ok());
  EXPECT_EQ(in_turn->bytes, 12 * kBytes);
  EXPECT_EQ(together->bytes, 12 * kBytes);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
  EXPECT_TRUE(UsageOf((*vendor)->pid()).ok());
}

TEST(CurlRunTest, AnAddressThatIsNotAnsweredIsAnError) {
  const ScratchFolder folder;

  const auto run = FetchWithCurl({"http://127.0.0.1:1/nothing"}, 1, folder.path());

  EXPECT_THAT(run, testing::HasReason("CURL_FAILED"));
}

}  // namespace
}  // namespace callimport::bench
