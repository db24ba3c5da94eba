// The service over real rpcs, on a real database.
#include "services/job-scheduler/api/sources_service.h"

#include <gmock/gmock.h>

#include "libs/rpc/invoke.h"
#include "libs/testing/rpc_server.h"
#include "libs/testing/status_matchers.h"
#include "services/job-scheduler/credentials/scripted_lifecycle.h"
#include "services/job-scheduler/planning/scripted_quota.h"
#include "services/job-scheduler/planning/sync_fixture.h"

namespace callimport::job_scheduler {
namespace {

using testing::Allow;
using ::testing::ElementsAre;
using testing::HasCode;
using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;
using Stub = v1::Sources::Stub;

class SourcesServiceTest : public SyncTest {
 protected:
  template <typename Request>
  static Request For(const SourceKey& key) {
    Request request;
    request.set_workspace_id(key.workspace_id);
    request.set_credential_id(key.credential_id);
    return request;
  }
  absl::StatusOr<v1::ConfigureSyncResponse> Configure(const SourceKey& key, bool enabled,
                                                      int minutes = 0) {
    auto request = For<v1::ConfigureSyncRequest>(key);
    request.mutable_settings()->set_enabled(enabled);
    request.mutable_settings()->set_frequency_minutes(minutes);
    return rpc::Invoke(*stub_, &Stub::ConfigureSync, request);
  }
  v1::Source Read(const SourceKey& key) {
    return rpc::Invoke(*stub_, &Stub::GetSource, For<v1::GetSourceRequest>(key))->source();
  }

  ScriptedLifecycle vault_;
  WorkspaceStore workspaces_{pool(), WorkspaceSettings(), clock_};
  ScriptedQuota quota_;
  SourcesService service_{
      {sources_, syncs_, disconnects_, jobs_, scheduler_, vault_, workspaces_, quota_}};
  testing::RpcServer server_{{&service_},
                             {Allow("callimport.job_scheduler.v1.Sources", "support/*"),
                              Allow("callimport.job_scheduler.v1.Sources", "workspace-admin/*")}};
  std::unique_ptr<Stub> stub_ = v1::Sources::NewStub(server_.ChannelOf("support-demo"));
  std::unique_ptr<Stub> admin_ = v1::Sources::NewStub(server_.ChannelOf("workspace-admin-acme"));
};

TEST_F(SourcesServiceTest, ShowsSourcesPageByPage) {
  for (int source = 0; source < 3; ++source) Connect();
  v1::ListSourcesRequest request;
  request.set_workspace_id("acme");
  request.mutable_page()->set_page_size(2);

  const auto first = rpc::Invoke(*stub_, &Stub::ListSources, request);
  ASSERT_THAT(first, IsOk());
  request.mutable_page()->set_page_token(first->next_page_token());
  const auto second = rpc::Invoke(*stub_, &Stub::ListSources, request);

  EXPECT_EQ(first->sources_size(), 2);
  EXPECT_EQ(second->sources_size(), 1);
  EXPECT_EQ(second->next_page_token(), "");
  EXPECT_EQ(first->sources(0).settings().frequency_minutes(), 60);
  EXPECT_TRUE(first->sources(0).settings().enabled());
}

TEST_F(SourcesServiceTest, AnotherWorkspacesSourceIsNotFound) {
  const SourceKey key = Connect("globex");
  const auto foreign =
      rpc::Invoke(*stub_, &Stub::GetSource, For<v1::GetSourceRequest>({"acme", key.credential_id}));
  EXPECT_THAT(foreign, HasReason("SOURCE_NOT_FOUND"));

  const auto unseen = rpc::Invoke(*admin_, &Stub::GetSource, For<v1::GetSourceRequest>(key));
  EXPECT_THAT(unseen, HasCode(absl::StatusCode::kNotFound));
}

TEST_F(SourcesServiceTest, ShowsWhichEndpointsAreLeftAlone) {
  const SourceKey key = Connect();
  ASSERT_TRUE(Read(key).has_breakers());
  EXPECT_EQ(Read(key).breakers().open_size(), 0);
  ScriptedQuota::Limits limits;
  auto& open = *limits.add_breakers();
  open.set_group("/v2/calls");
  open.set_state(adapter_gateway::v1::Breaker::STATE_OPEN);
  open.mutable_probe_time()->set_seconds(1'800'000'000);
  open.set_reason("Gong does not answer");
  limits.add_breakers()->set_state(adapter_gateway::v1::Breaker::STATE_CLOSED);
  quota_.Answer(limits);

  const v1::Source source = Read(key);

  ASSERT_EQ(source.breakers().open_size(), 1) << source.ShortDebugString();
  EXPECT_EQ(source.breakers().open(0).endpoints(), "/v2/calls");
  EXPECT_EQ(source.breakers().open(0).probe_time().seconds(), 1'800'000'000);
  EXPECT_EQ(source.breakers().open(0).reason(), "Gong does not answer");
  EXPECT_EQ(source.health(), v1::Source::HEALTH_OK);  // its credential is fine
}

TEST_F(SourcesServiceTest, SaysNothingOfBreakersThatItCannotAskFor) {
  const SourceKey key = Connect();
  quota_.Answer(absl::UnavailableError("gateway is away"));

  const v1::Source source = Read(key);

  EXPECT_EQ(source.credential_id(), key.credential_id);
  EXPECT_FALSE(source.has_breakers());
}

TEST_F(SourcesServiceTest, ConfiguringTwiceChangesOneRow) {
  const SourceKey key = Connect();

  EXPECT_THAT(Configure(key, true, 15), IsOk());
  const auto again = Configure(key, true, 30);

  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->source().settings().frequency_minutes(), 30);
  EXPECT_EQ(sources_.List("acme", "", 10)->size(), 1u);
}

TEST_F(SourcesServiceTest, AFrequencyOutOfRangeIsRefused) {
  const SourceKey key = Connect();

  EXPECT_THAT(Configure(key, true, 4), HasReason("INVALID_REQUEST"));
  EXPECT_THAT(Configure(key, true, 10'081), HasReason("INVALID_REQUEST"));
  EXPECT_THAT(Configure(key, true, 5), IsOk());
  EXPECT_THAT(Configure(key, true, 10'080), IsOk());
}

TEST_F(SourcesServiceTest, TurningSyncsOnMakesACredentialPersistent) {
  const SourceKey key = Connect("acme", true);
  EXPECT_THAT(Configure(key, false), IsOk());
  EXPECT_TRUE(vault_.TakeAsked().empty());

  EXPECT_THAT(Configure(key, true), IsOk());

  EXPECT_THAT(vault_.TakeAsked(), ElementsAre("promote " + key.credential_id));
  EXPECT_THAT(Configure(key, true), IsOk());
  EXPECT_TRUE(vault_.TakeAsked().empty()) << "it is so already";
}

TEST_F(SourcesServiceTest, WithoutTheVaultSyncsAreNotTurnedOn) {
  const SourceKey key = Connect("acme", true);
  vault_.AnswerWith(absl::UnavailableError("away"));

  EXPECT_THAT(Configure(key, true), HasReason("VAULT_UNREACHABLE"));

  EXPECT_FALSE(Read(key).settings().enabled());
}

TEST_F(SourcesServiceTest, SyncNowAnswersWithTheJobAtOnce) {
  const SourceKey key = Connect();
  const auto request = For<v1::SyncNowRequest>(key);

  const auto first = rpc::Invoke(*admin_, &Stub::SyncNow, request);
  const auto second = rpc::Invoke(*admin_, &Stub::SyncNow, request);

  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(first->job().type(), v1::JOB_TYPE_SYNC);
  EXPECT_EQ(first->job().work_class(), common::v1::WORK_CLASS_SYNC);
  EXPECT_TRUE(second->joined());
  EXPECT_EQ(second->job().job_id(), first->job().job_id());
  EXPECT_EQ(Read(key).running_job_id(), first->job().job_id());
}

TEST_F(SourcesServiceTest, SaysWhenTheWorkspaceHasNoSyncs) {
  const SourceKey key = Connect("globex");

  const v1::Source source = Read(key);

  EXPECT_THAT(source.note(), HasSubstr("switched off in this workspace"));
  EXPECT_FALSE(source.has_next_sync_time());
}

TEST_F(SourcesServiceTest, DisconnectSaysWhatItWouldDoAndDoesIt) {
  vendor_.Add("a", clock_.Now() - std::chrono::hours(1));
  const SourceKey key = Connect();
  RunAll();
  ASSERT_THAT(rpc::Invoke(*stub_, &Stub::SyncNow, For<v1::SyncNowRequest>(key)), IsOk());

  const auto preview =
      rpc::Invoke(*stub_, &Stub::PreviewDisconnect, For<v1::PreviewDisconnectRequest>(key));
  ASSERT_THAT(preview, IsOk());
  EXPECT_EQ(preview->calls_kept(), 1);
  EXPECT_EQ(preview->jobs_kept(), 2);
  EXPECT_EQ(preview->running_jobs(), 1);

  auto request = For<v1::DisconnectRequest>(key);
  request.set_cancel_running(true);
  const auto done = rpc::Invoke(*stub_, &Stub::Disconnect, request);
  ASSERT_THAT(done, IsOk());
  EXPECT_EQ(done->cancelled_jobs(), 1);
  EXPECT_EQ(done->source().health(), v1::Source::HEALTH_DISCONNECTED);
  EXPECT_THAT(vault_admin_.deleted, ElementsAre(key.credential_id));
  EXPECT_EQ(Imported(), 1);
  EXPECT_THAT(rpc::Invoke(*stub_, &Stub::Disconnect, request), IsOk()) << "repeating is harmless";
  EXPECT_THAT(Configure(key, true), HasReason("SOURCE_DISCONNECTED"));
}

}  // namespace
}  // namespace callimport::job_scheduler
