// A connected account keeps itself up to date: at once, from then on, late calls too, until it is
// disconnected.
#include <gmock/gmock.h>

#include <set>

#include "callimport/job_scheduler/v1/sources.grpc.pb.h"
#include "libs/rpc/invoke.h"
#include "libs/testing/status_matchers.h"
#include "tests/e2e/suite.h"

namespace callimport::e2e {
namespace {

using rpc::Invoke;
using std::chrono::minutes;
using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;
using Stub = scheduler::Sources::Stub;

constexpr uint64_t kCalls = 40;
constexpr uint64_t kCallsSoFar = 20;

class SyncJourney : public ::testing::Test {
 protected:
  // Calls of the last hour, one and a half minutes apart; half of them have not happened yet.
  static SuiteOptions Options() {
    SuiteOptions options = QuickCalls(kCalls);
    options.vendors.gong.book.from = SystemClock().Now() - minutes(62);
    options.vendors.gong.book.span = std::chrono::hours(1);
    options.vendors.gong.visible_calls = kCallsSoFar;
    return options;
  }

  void SetWorkspace(const std::string& workspace, bool syncs, int free_calls) {
    suite_.database().Execute(
        "INSERT INTO job_scheduler.workspaces (workspace_id, syncs_enabled, free_calls_per_month)"
        " VALUES ('" +
        workspace + "', " + (syncs ? "true" : "false") + ", " + std::to_string(free_calls) + ")");
  }
  // As if its time had come.
  void MakeDue() {
    suite_.database().Execute(
        "UPDATE job_scheduler.import_sync_configs SET next_sync_at = now(), due_at = now()");
  }

  template <typename Request>
  Request For(const std::string& credential) {
    Request request;
    request.set_workspace_id(client_.workspace());
    request.set_credential_id(credential);
    return request;
  }
  scheduler::Source Source(const std::string& credential) {
    const auto got =
        Invoke(*sources_, &Stub::GetSource, For<scheduler::GetSourceRequest>(credential));
    return got.ok() ? got->source() : scheduler::Source();
  }
  size_t Imported() { return client_.Engagements()->size(); }
  bool BecomesImported(size_t calls) {
    return Eventually(30s, [&] { return Imported() == calls; });
  }
  uint64_t Requests() {
    uint64_t requests = 0;
    const auto seen = suite_.vendors().stats().Snapshot();
    for (const auto& [endpoint, statuses] : seen.requests) requests += seen.Requests(endpoint);
    return requests;
  }

  Suite suite_{Options()};
  Client client_ = suite_.ClientFor("acme");
  const std::unique_ptr<Stub> sources_ =
      scheduler::Sources::NewStub(suite_.ChannelTo("job-scheduler", "support-demo"));
};

TEST_F(SyncJourney, BeginsOnConnectingAndGoesOnUntilItIsDisconnected) {
  SetWorkspace("acme", true, 10);

  // Connecting: the newest calls, as many as are free.
  const std::string credential = suite_.ConnectGong(client_);
  EXPECT_TRUE(Eventually(1s, [&] { return !client_.Jobs()->empty(); })) << "within a second";
  ASSERT_TRUE(BecomesImported(10));
  EXPECT_TRUE(Eventually(5s, [&] { return Source(credential).running_job_id().empty(); }));
  EXPECT_EQ(Source(credential).last_sync_state(), words::JOB_STATE_COMPLETED);
  EXPECT_THAT(Source(credential).note(), HasSubstr("newest calls"));
  const auto newest = suite_.vendors().gong().book().IdOf(kCallsSoFar - 1);
  const auto first_left_out = suite_.vendors().gong().book().IdOf(kCallsSoFar - 11);
  std::set<std::string> imported;
  const auto first_calls = client_.Calls(client_.Jobs()->front().job_id());
  for (const auto& call : *first_calls) {
    imported.insert(call.source_call_id());
  }
  EXPECT_TRUE(imported.contains(newest));
  EXPECT_FALSE(imported.contains(first_left_out));

  // New calls, when asked to look.
  suite_.vendors().gong().Show(25);
  const auto asked = Invoke(*sources_, &Stub::SyncNow, For<scheduler::SyncNowRequest>(credential));
  ASSERT_THAT(asked, IsOk());
  EXPECT_EQ(asked->job().type(), scheduler::JOB_TYPE_SYNC);
  EXPECT_TRUE(BecomesImported(15));

  // New calls, by itself.
  suite_.vendors().gong().Show(28);
  EXPECT_TRUE(Eventually(5s, [&] { return Source(credential).running_job_id().empty(); }));
  MakeDue();
  EXPECT_TRUE(BecomesImported(18));
  EXPECT_TRUE(Eventually(5s, [&] { return Source(credential).running_job_id().empty(); }));

  // Disconnecting: calls stay, the secret does not, and the vendor hears nothing any more.
  const auto preview = Invoke(*sources_, &Stub::PreviewDisconnect,
                              For<scheduler::PreviewDisconnectRequest>(credential));
  ASSERT_THAT(preview, IsOk());
  EXPECT_EQ(preview->calls_kept(), 18);
  EXPECT_EQ(preview->jobs_kept(), 3);
  const auto gone =
      Invoke(*sources_, &Stub::Disconnect, For<scheduler::DisconnectRequest>(credential));
  ASSERT_THAT(gone, IsOk());
  EXPECT_EQ(gone->source().health(), scheduler::Source::HEALTH_DISCONNECTED);
  EXPECT_TRUE(Eventually(5s, [&] { return client_.Credentials()->empty(); }));
  suite_.vendors().gong().Show(kCalls);
  const uint64_t requests = Requests();
  MakeDue();
  EXPECT_TRUE(Always(3s, [&] { return Requests() == requests; }));
  EXPECT_EQ(Imported(), 18u);
  EXPECT_THAT(Invoke(*sources_, &Stub::SyncNow, For<scheduler::SyncNowRequest>(credential)),
              HasReason("SOURCE_DISCONNECTED"));
}

TEST_F(SyncJourney, IsOffUnlessTheWorkspaceHasItAndWorksWhenAsked) {
  SetWorkspace("acme", false, 10);
  const std::string credential = suite_.ConnectGong(client_);
  ASSERT_TRUE(Eventually(5s, [&] { return Source(credential).credential_id() == credential; }));

  EXPECT_TRUE(Always(2s, [&] { return client_.Jobs()->empty(); }));
  EXPECT_THAT(Source(credential).note(), HasSubstr("switched off in this workspace"));

  ASSERT_THAT(Invoke(*sources_, &Stub::SyncNow, For<scheduler::SyncNowRequest>(credential)),
              IsOk());
  EXPECT_TRUE(BecomesImported(10)) << "ten calls are free";
}

TEST_F(SyncJourney, ImportsNothingWithoutFreeCallsAndSaysWhy) {
  SetWorkspace("acme", true, 0);

  const std::string credential = suite_.ConnectGong(client_);

  ASSERT_TRUE(Eventually(10s, [&] { return Source(credential).has_last_sync_time(); }));
  EXPECT_THAT(Source(credential).note(), HasSubstr("free calls are used up"));
  EXPECT_EQ(Imported(), 0u);
}

TEST_F(SyncJourney, FindsItsWayBackAfterAKill) {
  SetWorkspace("acme", true, 10);
  const std::string credential = suite_.ConnectGong(client_);
  ASSERT_TRUE(BecomesImported(10));

  suite_.Kill("job-scheduler");
  suite_.vendors().gong().Show(25);
  suite_.Start("job-scheduler");
  MakeDue();

  EXPECT_TRUE(BecomesImported(15));
  EXPECT_TRUE(Eventually(10s, [&] { return Source(credential).running_job_id().empty(); }));
}

// Pages slowly, and forgets cursors after a second.
SuiteOptions Forgetful(uint64_t calls) {
  SuiteOptions options = QuickCalls(calls);
  options.vendors.gong.noise_bytes = 4'096;
  options.vendors.gong.cursor_life = 1s;
  return options;
}

TEST(ForgetfulVendor, OutlivesItsCursorsWithoutAskingForARecordingTwice) {
  constexpr uint64_t kMany = 1'200;
  Suite suite(Forgetful(kMany));
  Client client = suite.ClientFor("acme");
  const auto jobs =
      scheduler::JobScheduler::NewStub(suite.ChannelTo("job-scheduler", "support-demo"));
  fake_vendors::Fault slow;
  slow.kind = fake_vendors::FaultKind::kSlow;
  slow.endpoint = "extensive";
  slow.pause = 150ms;
  suite.vendors().faults().Add(slow);
  const auto job = client.CreateJob(suite.ConnectGong(client));
  ASSERT_THAT(job, IsOk());
  const auto at_page_seven = client.WaitForJob(
      job->job_id(), 60s, [](const auto& now) { return now.progress().listed_calls() >= 700; });
  ASSERT_LT(at_page_seven.progress().listed_calls(), static_cast<int64_t>(kMany));

  scheduler::PauseImportJobRequest pause;
  pause.set_workspace_id("acme");
  pause.set_job_id(job->job_id());
  ASSERT_THAT(Invoke(*jobs, &scheduler::JobScheduler::Stub::PauseImportJob, pause), IsOk());
  suite.vendors().faults().Clear();
  EXPECT_TRUE(Eventually(5s, [&] { return suite.vendors().stats().Snapshot().in_flight == 0; }));
  const auto before = suite.vendors().stats().Downloads();
  std::set<std::string> done;
  const auto calls = client.Calls(job->job_id());
  for (const auto& call : *calls) {
    if (call.state() == words::CALL_STATE_COMPLETED) done.insert(call.source_call_id());
  }
  EXPECT_TRUE(Always(3s, [&] { return suite.vendors().stats().Downloads() == before; }));
  scheduler::ResumeImportJobRequest resume;
  resume.set_workspace_id("acme");
  resume.set_job_id(job->job_id());
  ASSERT_THAT(Invoke(*jobs, &scheduler::JobScheduler::Stub::ResumeImportJob, resume), IsOk());

  const scheduler::ImportJob ended = client.WaitForEnd(job->job_id(), 120s);
  EXPECT_EQ(ended.state(), words::JOB_STATE_COMPLETED) << ended.ShortDebugString();
  EXPECT_EQ(ended.progress().completed_calls(), static_cast<int64_t>(kMany));
  EXPECT_EQ(ended.progress().duplicate_calls(), 0);
  const auto downloads = suite.vendors().stats().Downloads();
  for (const std::string& call : done) EXPECT_EQ(downloads.at(call), 1u) << call;
}

}  // namespace
}  // namespace callimport::e2e
