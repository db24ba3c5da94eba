// The three services over real rpcs, on a real database; what they ask is scripted.
#pragma once

#include <gmock/gmock.h>

#include <chrono>
#include <memory>
#include <string>

#include "callimport/job_scheduler/v1/call_queue.grpc.pb.h"
#include "callimport/job_scheduler/v1/job_events.grpc.pb.h"
#include "callimport/job_scheduler/v1/job_scheduler.grpc.pb.h"
#include "libs/clients/adapter_gateway/scripted_records.h"
#include "libs/common/proto_time.h"
#include "libs/rpc/invoke.h"
#include "libs/testing/rpc_server.h"
#include "services/job-scheduler/api/call_queue_service.h"
#include "services/job-scheduler/api/job_events_service.h"
#include "services/job-scheduler/api/job_scheduler_service.h"
#include "services/job-scheduler/api/scripted_source.h"
#include "services/job-scheduler/credentials/scripted_lifecycle.h"
#include "services/job-scheduler/planning/scripted_catalog.h"
#include "services/job-scheduler/planning/scripted_quota.h"
#include "services/job-scheduler/signals/change_signals.h"
#include "services/job-scheduler/storage/store_fixture.h"

namespace callimport::job_scheduler {

class ServicesTest : public StoreTest {
 protected:
  ServicesTest()
      : jobs_stub_(v1::JobScheduler::NewStub(server_.ChannelOf("support-demo"))),
        admin_stub_(v1::JobScheduler::NewStub(server_.ChannelOf("workspace-admin-acme"))),
        queue_stub_(v1::CallQueue::NewStub(server_.ChannelOf("media-pipeline"))),
        events_stub_(v1::JobEvents::NewStub(server_.ChannelOf("status-tracker"))) {}
  ~ServicesTest() override { signals_.Close(); }

  static v1::CreateImportJobRequest CreateRequest(const std::string& workspace_id = "acme") {
    v1::CreateImportJobRequest request;
    request.set_request_id(NewUuid());
    request.set_workspace_id(workspace_id);
    request.set_credential_id(NewUuid());
    return request;
  }
  absl::StatusOr<v1::CreateImportJobResponse> Create(const v1::CreateImportJobRequest& request) {
    return rpc::Invoke(*jobs_stub_, &v1::JobScheduler::Stub::CreateImportJob, request);
  }
  static v1::LeaseCallsRequest LeaseRequest(int max_calls, std::chrono::milliseconds max_wait) {
    v1::LeaseCallsRequest request;
    request.set_worker("worker@host:1");
    request.set_max_calls(max_calls);
    *request.mutable_max_wait() = callimport::ToProto(max_wait);
    return request;
  }
  absl::StatusOr<v1::LeaseCallsResponse> LeaseOver(const v1::LeaseCallsRequest& request) {
    return rpc::Invoke(*queue_stub_, &v1::CallQueue::Stub::LeaseCalls, request,
                       {.timeout = std::chrono::seconds(25)});
  }

  ChangeSignals signals_;
  JobStore served_jobs_{pool(), signals_, clock_};
  PlanStore served_plans_{pool(), signals_, std::chrono::seconds(15), clock_};
  QueueStore served_queue_{pool(), signals_, QueueTerms(), clock_};
  ScriptedCatalog catalog_;
  ScriptedConnections connections_;
  ScriptedVault vault_admin_;
  ImportSource source_{connections_, vault_admin_};
  ScriptedLifecycle vault_;
  ReleaseStore releases_{pool()};
  CredentialReleaser credentials_{releases_, vault_};
  ScriptedQuota quota_;
  WaitsStore waits_{pool(), signals_, WorkspaceSettings(), clock_};
  WaitExplainer wait_explainer_{waits_, quota_, clock_};
  EffectsStore effects_{pool()};
  Explainer explainer_{wait_explainer_, waits_, effects_, RetrySchedule(), {}};
  WorkspaceStore workspaces_{pool(), WorkspaceSettings(), clock_};
  QuoteStore quotes_{pool(), WorkspaceSettings(), QuoteTerms(), clock_};
  ImportPreview preview_{quotes_, catalog_, quota_, clock_};
  adapter_gateway::ScriptedRecords records_;
  KeptRecords kept_records_{served_jobs_, records_};
  RemapStore remaps_{pool()};
  CallRemapper remapper_{remaps_, records_};
  JobSchedulerService job_scheduler_{served_jobs_,  workspaces_, preview_,   source_, credentials_,
                                     kept_records_, remapper_,   explainer_, clock_};
  CallQueueService call_queue_{served_queue_, signals_.calls_due()};
  JobEventsService job_events_{events_, signals_.job_events()};
  testing::RpcServer server_{
      {&job_scheduler_, &call_queue_, &job_events_},
      {testing::Allow("callimport.job_scheduler.v1.JobScheduler", "support/*"),
       testing::Allow("callimport.job_scheduler.v1.JobScheduler", "workspace-admin/*"),
       testing::Allow("callimport.job_scheduler.v1.CallQueue", "service/media-pipeline"),
       testing::Allow("callimport.job_scheduler.v1.JobEvents", "service/status-tracker")}};
  std::unique_ptr<v1::JobScheduler::Stub> jobs_stub_;
  std::unique_ptr<v1::JobScheduler::Stub> admin_stub_;
  std::unique_ptr<v1::CallQueue::Stub> queue_stub_;
  std::unique_ptr<v1::JobEvents::Stub> events_stub_;
};

}  // namespace callimport::job_scheduler
