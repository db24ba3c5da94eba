// Every sync ends, and misses nothing, whenever the process dies and whatever the gateway answers.
#include <gmock/gmock.h>

#include <optional>
#include <set>

#include "absl/strings/str_cat.h"
#include "libs/common/errors.h"
#include "libs/postgres/boundaries.h"
#include "libs/testing/status_matchers.h"
#include "services/job-scheduler/planning/job_planner.h"
#include "services/job-scheduler/planning/sync_fixture.h"

namespace callimport::job_scheduler {
namespace {

using absl::StatusCode;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::IsOk;

constexpr int kCalls = 6;

// The process ends here.
struct Crash {};

// Passes questions on, but for one of them.
class StumblingCatalog : public adapter_gateway::CallCatalogClient {
 public:
  explicit StumblingCatalog(GrowingCatalog& vendor) : vendor_(vendor) {}

  // The question after so many others is answered with this; none when `after` is unset.
  void StumbleAfter(std::optional<int> after, const absl::Status& answer) {
    left_ = after;
    answer_ = answer;
  }
  bool HasStumbled() const { return left_ && *left_ < 0; }

  absl::StatusOr<adapter_gateway::v1::CountCallsResponse> CountCalls(
      const adapter_gateway::v1::CountCallsRequest& request, const std::stop_token& stop) override {
    if (Stumbles()) return answer_;
    return vendor_.CountCalls(request, stop);
  }
  absl::Status ListCalls(const adapter_gateway::v1::ListCallsRequest& request, const PageSink& sink,
                         const std::stop_token& stop) override {
    if (Stumbles()) return answer_;
    return vendor_.ListCalls(request, sink, stop);
  }

 private:
  bool Stumbles() { return left_ && (*left_)-- == 0; }

  GrowingCatalog& vendor_;
  std::optional<int> left_;
  absl::Status answer_;
};

class SyncChaosTest : public SyncTest {
 protected:
  SyncChaosTest() {
    AddCalls(kCalls);
    for (int call = 1; call <= kCalls; ++call) truth_.insert("call-" + std::to_string(call));
  }

  // A source in a workspace of its own, so that nothing of it is known yet.
  SourceKey ConnectAnew() {
    const std::string workspace = "workspace-" + std::to_string(++workspaces_);
    SetWorkspace({.syncs_enabled = true}, workspace);
    const SourceKey key = Connect(workspace);
    // One sync, and none of the sources before it meanwhile.
    const SyncSettings rarely{.enabled = true, .frequency = kLongestSyncFrequency};
    EXPECT_THAT(sources_.Configure(key, rarely, Dana()), IsOk());
    return key;
  }

  // Whether it died before everything was done.
  bool DiesAt(int boundary) {
    int left = boundary;
    const postgres::BoundaryListener listener([&](postgres::Boundary) {
      if (left-- == 0) throw Crash();
    });
    try {
      RunAll();
    } catch (const Crash&) {
      return true;
    }
    return false;
  }

  // Until the sync has ended, or for so long that it never will.
  void RunWith(JobPlanner& planner, const SourceKey& key) {
    for (int round = 0; round < 60; ++round) {
      ASSERT_THAT(scheduler_.Run(), IsOk());
      while (planner.PlanOne()) {
      }
      for (auto calls = Lease(); !calls.empty(); calls = Lease()) Complete(calls);
      ASSERT_THAT(scheduler_.Run(), IsOk());
      if (Get(key).running_job_id.empty()) return;
      clock_.Advance(seconds(20));
    }
  }

  // Each once, by the rows.
  std::multiset<std::string> Stored(const std::string& workspace_id) {
    return *postgres::Transact(pool(), [&](pqxx::work& tx) {
      std::multiset<std::string> ids;
      for (const pqxx::row& row : tx.exec_params("SELECT source_call_id FROM imported_calls"
                                                 " WHERE workspace_id = $1 AND state = 'COMPLETED'",
                                                 workspace_id)) {
        ids.insert(row[0].as<std::string>());
      }
      return ids;
    });
  }

  void ExpectEverything(const SourceKey& key, const std::string& when) {
    const Source source = Get(key);
    EXPECT_EQ(source.running_job_id, "") << when;
    EXPECT_EQ(source.last_sync_state, common::v1::JOB_STATE_COMPLETED) << when;
    EXPECT_EQ(Stored(key.workspace_id), truth_) << when;
  }

  std::multiset<std::string> truth_;
  int workspaces_ = 0;
};

TEST_F(SyncChaosTest, EverySyncEndsWhereverTheProcessDies) {
  int boundary = 0;
  for (bool died = true; died; ++boundary) {
    const SourceKey key = ConnectAnew();

    died = DiesAt(boundary);
    clock_.Advance(seconds(20));  // all leases of the dead are over
    RunAll();

    const std::string when = "died at boundary " + std::to_string(boundary);
    ExpectEverything(key, when);
    EXPECT_EQ(jobs_.List({.workspace_id = key.workspace_id, .limit = 10})->size(), 1U) << when;
    ASSERT_FALSE(HasFailure());
  }
  EXPECT_GT(boundary, 20) << "a sync has more steps than that";
}

TEST_F(SyncChaosTest, EverySyncEndsWhicheverQuestionTheGatewayCannotAnswer) {
  StumblingCatalog catalog(vendor_);
  feed::FeedSignal wake;
  JobPlanner planner(plans_, catalog, wake, 1, clock_);
  for (const StatusCode code :
       {StatusCode::kUnavailable, StatusCode::kDeadlineExceeded, StatusCode::kInternal,
        StatusCode::kUnknown, StatusCode::kDataLoss, StatusCode::kResourceExhausted,
        StatusCode::kOutOfRange, StatusCode::kAborted}) {
    bool stumbled = true;
    for (int question = 0; stumbled; ++question) {
      const SourceKey key = ConnectAnew();
      catalog.StumbleAfter(question, Error(code, "SOME_REASON", "the gateway cannot"));

      RunWith(planner, key);

      stumbled = catalog.HasStumbled();
      ExpectEverything(key,
                       absl::StrCat(absl::StatusCodeToString(code), " to question ", question));
      ASSERT_FALSE(HasFailure());
    }
  }
}

TEST_F(SyncChaosTest, ASyncThatIsRefusedEndsAtOnceAndTheNextMissesNothing) {
  StumblingCatalog catalog(vendor_);
  feed::FeedSignal wake;
  JobPlanner planner(plans_, catalog, wake, 1, clock_);
  for (const StatusCode code :
       {StatusCode::kFailedPrecondition, StatusCode::kNotFound, StatusCode::kInvalidArgument}) {
    bool stumbled = true;
    for (int question = 0; stumbled; ++question) {
      const SourceKey key = ConnectAnew();
      catalog.StumbleAfter(question, Error(code, "SOME_REASON", "the vendor refuses"));

      RunWith(planner, key);
      stumbled = catalog.HasStumbled();
      catalog.StumbleAfter(std::nullopt, absl::OkStatus());
      const std::string when =
          absl::StrCat(absl::StatusCodeToString(code), " to question ", question);
      if (stumbled) {
        EXPECT_EQ(Get(key).last_sync_state, common::v1::JOB_STATE_FAILED) << when;
        EXPECT_EQ(Get(key).health, SourceHealth::kUnhealthy) << when;
        clock_.Advance(minutes(6));
        ASSERT_THAT(scheduler_.Probe(), IsOk());
        RunWith(planner, key);
      }

      ExpectEverything(key, when);
      ASSERT_FALSE(HasFailure());
    }
  }
}

}  // namespace
}  // namespace callimport::job_scheduler
