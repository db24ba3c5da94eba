#include "tests/bench/gong_addresses.h"

#include <gtest/gtest.h>

#include <set>

#include "libs/http/curl_http_client.h"
#include "libs/testing/status_matchers.h"
#include "tests/fake_vendors/fake_vendors.h"

namespace callimport::bench {
namespace {

using testing::HasReason;

class GongAddressesTest : public ::testing::Test {
 protected:
  GongAddressesTest() {
    fake_vendors::Options options;
    options.gong.book.calls = 250;
    options.gong.book.from = SystemClock().Now() - std::chrono::hours(24);
    options.gong.book.span = std::chrono::hours(1);
    options.gong.noise_bytes = 1'000;
    vendors_ = *fake_vendors::FakeVendors::Start(options);
    vendor_.url = vendors_->base_url();
    vendor_.key = Secret("fake-access-key");
    vendor_.secret = Secret("fake-access-key-secret");
  }

  std::unique_ptr<fake_vendors::FakeVendors> vendors_;
  Vendor vendor_;
  http::CurlHttpClient http_;
};

TEST_F(GongAddressesTest, AddressesAreGatheredPageByPage) {
  const auto addresses = FindMediaAddresses(http_, vendor_, 230);

  ASSERT_TRUE(addresses.ok()) << addresses.status();
  EXPECT_EQ(std::set<std::string>(addresses->begin(), addresses->end()).size(), 230U);
  EXPECT_EQ(http_.Send({.url = addresses->back()})->status, 200);
}

TEST_F(GongAddressesTest, WhereThereAreFewerAllAreGiven) {
  EXPECT_EQ(FindMediaAddresses(http_, vendor_, 1'000)->size(), 250U);
}

TEST_F(GongAddressesTest, AVendorThatRefusesTheKeyIsNamedAsTheReason) {
  vendor_.secret = Secret("wrong");

  EXPECT_THAT(FindMediaAddresses(http_, vendor_, 1), HasReason("VENDOR_REFUSES"));
}

}  // namespace
}  // namespace callimport::bench
