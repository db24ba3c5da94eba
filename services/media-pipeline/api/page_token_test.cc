#include "services/media-pipeline/api/page_token.h"

#include <gmock/gmock.h>

#include "libs/testing/status_matchers.h"

namespace callimport::media_pipeline {
namespace {

using ::testing::ElementsAre;
using testing::HasCode;
using ::testing::IsEmpty;

TEST(PageToken, LeadsBackToItsPlace) {
  const std::string token = MakePageToken({"acme"}, {"17", "id"});
  EXPECT_THAT(*ReadPageToken(token, {"acme"}, 2), ElementsAre("17", "id"));
}

TEST(PageToken, IsEmptyForTheFirstPage) { EXPECT_THAT(*ReadPageToken("", {"acme"}, 2), IsEmpty()); }

TEST(PageToken, FitsOnlyItsOwnRequest) {
  const std::string token = MakePageToken({"acme"}, {"17"});
  EXPECT_THAT(ReadPageToken(token, {"other"}, 1), HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ReadPageToken("nonsense!", {"acme"}, 1), HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ReadPageToken(token, {"acme"}, 2), HasCode(absl::StatusCode::kInvalidArgument));
}

TEST(PageSize, HasADefaultAndALimit) {
  common::v1::PageRequest page;
  EXPECT_EQ(*PageSize(page), 50);
  page.set_page_size(9000);
  EXPECT_EQ(*PageSize(page), 500);
  page.set_page_size(-1);
  EXPECT_THAT(PageSize(page), HasCode(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace callimport::media_pipeline
