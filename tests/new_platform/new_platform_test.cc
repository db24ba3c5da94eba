// The platforms that tools/new_platform.sh has just made: their own tests are built beside this
// one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "libs/catalog/catalog.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/status_matchers.h"
#include "services/adapter-gateway/platforms/needed_fields.h"
#include "services/adapter-gateway/platforms/platform_registry.h"

namespace callimport::adapter_gateway {
namespace {

using common::v1::PlatformDescriptor;
using ::testing::HasSubstr;
using testing::IsOk;

std::string ReadFile(const std::string& name) {
  const std::ifstream file(TREE "/" + name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class NewPlatformTest : public ::testing::TestWithParam<const char*> {};

TEST_P(NewPlatformTest, IsOfferedByTheRegistry) {
  const testing::FakeClock clock;
  const auto catalog = LoadCatalog(TREE "/catalog");
  ASSERT_THAT(catalog, IsOk());

  const auto registry = PlatformRegistry::Build(*catalog, {}, AllPlatforms(clock), clock);

  ASSERT_THAT(registry, IsOk());
  const Platform* platform = registry->Find(GetParam());
  ASSERT_NE(platform, nullptr);
  EXPECT_NE(platform->adapter, nullptr);
  EXPECT_EQ(platform->descriptor.status(), PlatformDescriptor::STATUS_BETA);
  EXPECT_FALSE(platform->descriptor.display_name().empty());
  EXPECT_FALSE(platform->descriptor.auth_instructions().empty());
  EXPECT_FALSE(platform->descriptor.api_hosts().empty());
  EXPECT_FALSE(platform->descriptor.logo_url().empty());
}

TEST_P(NewPlatformTest, IsNamedWhereverPlatformsAreNamed) {
  const std::string name = GetParam();
  const std::string build = ReadFile("services/adapter-gateway/CMakeLists.txt");
  EXPECT_THAT(build, HasSubstr("platforms/" + name + "/adapter.cc"));
  EXPECT_THAT(build, HasSubstr("platforms/" + name + "/adapter_test.cc"));
  EXPECT_EQ(NeededFieldsOf(name).size(), 2u);
}

INSTANTIATE_TEST_SUITE_P(UnknownOrComingSoon, NewPlatformTest,
                         ::testing::Values("sample_vendor", "grain"));

TEST(OtherPlatforms, StayAsTheyWere) {
  EXPECT_FALSE(NeededFieldsOf("gong").empty());
  EXPECT_TRUE(AllPlatforms(testing::FakeClock()).contains("gong"));
}

}  // namespace
}  // namespace callimport::adapter_gateway
