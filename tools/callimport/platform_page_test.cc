#include "tools/callimport/platform_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace callimport::cli {
namespace {

using common::v1::PlatformDescriptor;
using ::testing::HasSubstr;
using ::testing::Not;

PlatformDescriptor Platform(const std::string& name, PlatformDescriptor::Status status) {
  PlatformDescriptor platform;
  platform.set_platform(name);
  platform.set_display_name(name);
  platform.set_status(status);
  platform.set_supports_historical_import(true);
  return platform;
}

TEST(PlatformPage, SaysWhatAPlatformCanDoAndCosts) {
  adapter_gateway::v1::ListPlatformsResponse registry;
  PlatformDescriptor gong = Platform("Gong", PlatformDescriptor::STATUS_SUPPORTED);
  gong.set_cost_per_call_cents(105);
  gong.set_auth_instructions("Open <Settings> & create a key.");
  gong.set_logo_url("data:image/svg+xml,%3csvg%3e");
  gong.add_rate_windows()->set_limit(3);
  gong.mutable_rate_windows(0)->set_period_seconds(1);
  *registry.add_platforms() = gong;

  const std::string page = PlatformPage(registry);

  EXPECT_THAT(page, HasSubstr("<img alt=\"\" src=\"data:image/svg+xml,%3csvg%3e\"><b>Gong</b>"));
  EXPECT_THAT(page, HasSubstr("Supported"));
  EXPECT_THAT(page, HasSubstr("$1.05 a call"));
  EXPECT_THAT(page, HasSubstr("3 requests a second"));
  EXPECT_THAT(page, HasSubstr("Open &lt;Settings&gt; &amp; create a key."));
}

TEST(PlatformPage, PutsWhatCanBeHadFirstAndPromisesNothingElse) {
  adapter_gateway::v1::ListPlatformsResponse registry;
  PlatformDescriptor fathom = Platform("Fathom", PlatformDescriptor::STATUS_COMING_SOON);
  fathom.set_logo_url("https://elsewhere.example/logo.png");
  *registry.add_platforms() = fathom;
  *registry.add_platforms() = Platform("Gong", PlatformDescriptor::STATUS_SUPPORTED);

  const std::string page = PlatformPage(registry);

  EXPECT_LT(page.find("Gong"), page.find("Fathom"));
  EXPECT_THAT(page.substr(page.find("Fathom")), HasSubstr("<td>planned</td>"));
  EXPECT_THAT(page.substr(page.find("Fathom")), Not(HasSubstr("<td>yes</td>")));
  EXPECT_THAT(page, HasSubstr("Included"));
  EXPECT_THAT(page, Not(HasSubstr("elsewhere")));
}

}  // namespace
}  // namespace callimport::cli
