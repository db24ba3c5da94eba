#include "libs/rpc/invoke.h"

#include <vector>

#include "libs/testing/status_matchers.h"

namespace callimport::rpc {
namespace {

using callimport::testing::HasCode;
using callimport::testing::IsOk;
using std::chrono::milliseconds;
using std::chrono::system_clock;

// Answers from a list, and remembers which context each attempt came with.
class Peer {
 public:
  explicit Peer(std::vector<grpc::StatusCode> answers) : answers_(std::move(answers)) {}

  grpc::Status operator()(grpc::ClientContext& context) {
    deadlines.push_back(context.deadline());
    const grpc::StatusCode code = answers_.at(deadlines.size() - 1);
    return {code, code == grpc::StatusCode::OK ? "" : "no"};
  }

  std::vector<system_clock::time_point> deadlines;

 private:
  std::vector<grpc::StatusCode> answers_;
};

TEST(InvokeTest, TriesAgainWhenThePeerIsAway) {
  Peer peer({grpc::StatusCode::UNAVAILABLE, grpc::StatusCode::OK});

  EXPECT_THAT(InvokeWithRetry({.attempts = 3}, std::ref(peer)), IsOk());
  EXPECT_EQ(peer.deadlines.size(), 2u);
}

TEST(InvokeTest, KeepsOneDeadlineForAllAttempts) {
  Peer peer({grpc::StatusCode::UNAVAILABLE, grpc::StatusCode::OK});

  ASSERT_THAT(InvokeWithRetry({.attempts = 2}, std::ref(peer)), IsOk());

  EXPECT_EQ(peer.deadlines[0], peer.deadlines[1]);
}

TEST(InvokeTest, GivesUpAfterItsAttempts) {
  Peer peer({grpc::StatusCode::UNAVAILABLE, grpc::StatusCode::UNAVAILABLE});

  EXPECT_THAT(InvokeWithRetry({.attempts = 2}, std::ref(peer)),
              HasCode(absl::StatusCode::kUnavailable));
}

TEST(InvokeTest, DoesNotPauseBeyondItsDeadline) {
  Peer peer({grpc::StatusCode::UNAVAILABLE});

  EXPECT_THAT(InvokeWithRetry({.timeout = milliseconds(10), .attempts = 9}, std::ref(peer)),
              HasCode(absl::StatusCode::kUnavailable));
}

TEST(InvokeTest, NeverRepeatsOtherErrors) {
  for (const auto code : {grpc::StatusCode::DEADLINE_EXCEEDED, grpc::StatusCode::INTERNAL,
                          grpc::StatusCode::RESOURCE_EXHAUSTED}) {
    Peer peer({code});
    EXPECT_FALSE(InvokeWithRetry({.attempts = 3}, std::ref(peer)).ok());
  }
}

}  // namespace
}  // namespace callimport::rpc
