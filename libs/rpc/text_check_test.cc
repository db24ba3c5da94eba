#include "libs/rpc/text_check.h"

#include <gtest/gtest.h>

#include <string>

#include "callimport/job_scheduler/v1/job_scheduler.pb.h"
#include "libs/testing/status_matchers.h"

namespace callimport::rpc {
namespace {

using job_scheduler::v1::CreateImportJobRequest;
using testing::IsOk;

const std::string kNul(1, '\0');

TEST(TextCheckTest, TakesWhatATableCanHold) {
  CreateImportJobRequest request;
  request.set_workspace_id("acme");
  (*request.mutable_filter()->mutable_attributes())["team"] = "sales \n \x01";
  EXPECT_THAT(CheckTextsOf(request), IsOk());
}

TEST(TextCheckTest, NamesTheFieldThatHoldsANul) {
  CreateImportJobRequest request;
  request.set_workspace_id("ac" + kNul + "me");

  const absl::Status refused = CheckTextsOf(request);

  EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_NE(refused.ToString().find("workspace_id"), std::string::npos);
}

TEST(TextCheckTest, LooksIntoMessagesMapsAndLists) {
  CreateImportJobRequest in_map;
  (*in_map.mutable_filter()->mutable_attributes())["team"] = kNul;
  EXPECT_EQ(CheckTextsOf(in_map).code(), absl::StatusCode::kInvalidArgument);

  job_scheduler::v1::RetryFailedRequest in_list;
  in_list.add_call_ids("fine");
  in_list.add_call_ids(kNul);
  EXPECT_EQ(CheckTextsOf(in_list).code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace callimport::rpc
