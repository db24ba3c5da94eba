#include "services/media-pipeline/pipeline/call_groups.h"

#include <gmock/gmock.h>

#include <string>

namespace callimport::media_pipeline {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

CallPtr MakeCall(const std::string& credential, const std::string& job) {
  job_scheduler::v1::LeasedCall call;
  call.set_workspace_id("acme");
  call.set_credential_id(credential);
  call.set_job_id(job);
  return std::make_shared<CallInHand>(std::move(call));
}

std::vector<CallPtr> Calls(size_t count, const std::string& credential, const std::string& job) {
  std::vector<CallPtr> calls;
  while (calls.size() < count) calls.push_back(MakeCall(credential, job));
  return calls;
}

TEST(CallGroups, AskForTheTranscriptsOfACredentialTogether) {
  std::vector<CallPtr> calls = Calls(150, "c1", "job");
  calls.push_back(MakeCall("c2", "job"));
  calls.push_back(MakeCall("c1", "another"));

  EXPECT_THAT(GroupForTranscripts(calls), ElementsAre(SizeIs(100), SizeIs(51), SizeIs(1)));
}

TEST(CallGroups, ShareManyDownloadsAmongAHandfulOfRpcs) {
  for (const CallGroup& group : GroupForDownloads(Calls(100, "c1", "job"))) {
    EXPECT_LE(group.size(), 13u);
  }
  for (const CallGroup& group : GroupForDownloads(Calls(1'000, "c1", "job"))) {
    EXPECT_LE(group.size(), 16u);
  }
}

TEST(CallGroups, GiveEachOfAFewDownloadsAnRpcOfItsOwn) {
  EXPECT_THAT(GroupForDownloads(Calls(3, "c1", "job")),
              ElementsAre(SizeIs(1), SizeIs(1), SizeIs(1)));
}

TEST(CallGroups, DownloadNoTwoJobsTogether) {
  std::vector<CallPtr> calls = Calls(16, "c1", "job");
  const std::vector<CallPtr> others = Calls(16, "c1", "another");
  calls.insert(calls.end(), others.begin(), others.end());

  for (const CallGroup& group : GroupForDownloads(calls)) {
    for (const CallPtr& call : group) EXPECT_EQ(call->job_id, group.front()->job_id);
  }
}

}  // namespace
}  // namespace callimport::media_pipeline
