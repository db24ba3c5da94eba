#include "libs/catalog/catalog.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "libs/testing/status_matchers.h"

namespace callimport {
namespace {

using common::v1::OAuthTerms;
using common::v1::PlatformDescriptor;
using testing::HasReason;

absl::StatusOr<std::vector<PlatformDescriptor>> LoadOne(const std::string& text) {
  const std::filesystem::path folder =
      std::filesystem::path(::testing::TempDir()) / "catalog_of_one_file";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "gong.json") << text;
  auto catalog = LoadCatalog(folder.string());
  std::filesystem::remove_all(folder);
  return catalog;
}

TEST(CatalogTest, NamesTheFileThatIsWrong) {
  const auto catalog = LoadOne(R"({"platform":"gong","colour":"red"})");

  EXPECT_THAT(catalog, HasReason("CONFIG_INVALID"));
  EXPECT_NE(catalog.status().message().find("gong.json"), std::string::npos);
  EXPECT_NE(catalog.status().message().find("colour"), std::string::npos);
}

TEST(CatalogTest, MustBeThere) {
  EXPECT_THAT(LoadCatalog("/nowhere/at/all"), HasReason("CONFIG_INVALID"));
}

// A card of a source needs nothing else.
TEST(CatalogTest, EveryPlatformHasANameAndALogo) {
  const auto catalog = LoadCatalog(CATALOG_DIR);
  ASSERT_TRUE(catalog.ok()) << catalog.status();
  for (const PlatformDescriptor& platform : *catalog) {
    EXPECT_FALSE(platform.display_name().empty()) << platform.platform();
    // "<svg "
    EXPECT_TRUE(platform.logo_url().starts_with("data:image/svg+xml,%3csvg%20"))
        << platform.platform();
    EXPECT_LT(platform.logo_url().size(), 2'000u) << platform.platform();
    EXPECT_EQ(platform.logo_url().find("script"), std::string::npos) << platform.platform();
  }
}

TEST(CatalogTest, TakesTokensFromNoAddressWithoutTls) {
  const auto catalog = LoadOne(
      R"({"platform":"gong","status":"STATUS_BETA","oauth":{"tokenUrl":"http://app.gong.io/token"}})");

  EXPECT_THAT(catalog, HasReason("CONFIG_INVALID"));
  EXPECT_NE(catalog.status().message().find("oauth.tokenUrl"), std::string::npos);
}

// What OAuth may ask for is what the platform is said to need, and no more than has a use.
TEST(CatalogTest, EveryScopeSaysWhatItIsFor) {
  const auto catalog = LoadCatalog(CATALOG_DIR);
  ASSERT_TRUE(catalog.ok()) << catalog.status();
  int with_oauth = 0;
  for (const PlatformDescriptor& platform : *catalog) {
    if (!platform.has_oauth()) continue;
    ++with_oauth;
    for (const auto& scope : platform.oauth().scopes()) {
      EXPECT_FALSE(scope.without_it().empty()) << platform.platform() << " " << scope.name();
    }
  }
  EXPECT_GT(with_oauth, 0);
}

}  // namespace
}  // namespace callimport
