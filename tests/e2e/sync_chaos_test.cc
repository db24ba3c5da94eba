// Each service is killed as a sync begins and while it imports, and the vendor fails meanwhile:
// every sync ends, and in the end everything that the vendor has is stored.
#include <gmock/gmock.h>

#include "callimport/job_scheduler/v1/sources.grpc.pb.h"
#include "libs/rpc/invoke.h"
#include "libs/testing/status_matchers.h"
#include "tests/e2e/suite.h"
#include "tests/e2e/truth.h"

namespace callimport::e2e {
namespace {

using testing::IsOk;
using Stub = scheduler::Sources::Stub;

constexpr uint64_t kCalls = 60;
constexpr uint64_t kCallsSoFar = 10;
// That come in before each kill.
constexpr uint64_t kNewCalls = 5;

class SyncChaosTest : public ::testing::Test {
 protected:
  // Calls of the last hour.
  static SuiteOptions Options() {
    SuiteOptions options = QuickCalls(kCalls);
    // The vendor tells whole seconds.
    options.vendors.gong.book.from =
        std::chrono::floor<std::chrono::seconds>(SystemClock().Now()) - std::chrono::minutes(62);
    options.vendors.gong.book.span = std::chrono::hours(1);
    options.vendors.gong.visible_calls = kCallsSoFar;
    options.patch = [](const std::string& service, Json& config) {
      if (service == "adapter-gateway") {
        config["breaker"] = {
            {"failures", 4}, {"first_open_seconds", 1}, {"longest_open_seconds", 2}};
      }
      if (service != "job-scheduler") return;
      config["lease_seconds"] = 3;
      config["retries"] = {{"soon_tries", 12}, {"first_delay_seconds", 1}};
    };
    return options;
  }

  template <typename Request>
  Request For(const std::string& credential) {
    Request request;
    request.set_workspace_id(client_.workspace());
    request.set_credential_id(credential);
    return request;
  }

  // Which may not answer now.
  absl::StatusOr<scheduler::Source> Source(const std::string& credential) {
    const auto got = rpc::Invoke(*sources_, &Stub::GetSource,
                                 For<scheduler::GetSourceRequest>(credential), {.attempts = 3});
    if (!got.ok()) return got.status();
    return got->source();
  }

  bool Begin(const std::string& credential) {
    return Eventually(20s, [&] {
      return rpc::Invoke(*sources_, &Stub::SyncNow, For<scheduler::SyncNowRequest>(credential))
          .ok();
    });
  }
  bool Ends(const std::string& credential) {
    return Eventually(60s, [&] {
      const auto source = Source(credential);
      return source.ok() && source->running_job_id().empty() && source->has_last_sync_time();
    });
  }

  // Three requests in a row, and one recording that breaks off.
  void TroubleTheVendor(int round) {
    constexpr int kStatuses[] = {503, 500, 429};
    fake_vendors::Fault refused;
    refused.endpoint = "api";
    refused.status = kStatuses[round % 3];
    refused.retry_after_seconds = 1;
    refused.times = 3;
    suite_.vendors().faults().Add(refused);
    fake_vendors::Fault broken;
    broken.kind =
        round % 2 == 0 ? fake_vendors::FaultKind::kReset : fake_vendors::FaultKind::kTruncated;
    broken.endpoint = "media";
    broken.times = 1;
    suite_.vendors().faults().Add(broken);
  }

  uint64_t Recordings() { return suite_.vendors().stats().Snapshot().media_calls; }

  Suite suite_{Options()};
  Client client_ = suite_.ClientFor("acme");
  const std::unique_ptr<Stub> sources_ =
      scheduler::Sources::NewStub(suite_.ChannelTo("job-scheduler", "support-demo"));
};

TEST_F(SyncChaosTest, EverySyncEndsAndNothingIsMissing) {
  const std::string credential = suite_.ConnectGong(client_);
  uint64_t visible = kCallsSoFar;
  int round = 0;
  ASSERT_TRUE(Eventually(10s, [&] { return Source(credential).ok(); }));
  ASSERT_TRUE(Begin(credential));
  ASSERT_TRUE(Ends(credential));

  for (const bool while_importing : {false, true}) {
    for (const std::string& service : kServices) {
      SCOPED_TRACE(service + (while_importing ? " while it imports" : " as it begins"));
      visible += kNewCalls;
      suite_.vendors().gong().Show(visible);
      TroubleTheVendor(round++);
      const uint64_t before = Recordings();
      ASSERT_TRUE(Begin(credential));
      if (while_importing) {
        ASSERT_TRUE(Eventually(30s, [&] { return Recordings() > before; }));
      }

      suite_.Kill(service);
      suite_.Start(service);

      ASSERT_TRUE(Ends(credential));
    }
  }

  suite_.vendors().faults().Clear();
  for (const scheduler::ImportJob& job : *client_.Jobs()) {
    EXPECT_TRUE(HasEnded(job.state())) << job.ShortDebugString();
  }
  ASSERT_TRUE(Begin(credential));
  ASSERT_TRUE(Ends(credential));
  EXPECT_EQ(visible, kCalls);
  ExpectAllImported(client_, suite_.vendors().gong());
}

}  // namespace
}  // namespace callimport::e2e
