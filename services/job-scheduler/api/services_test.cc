// The three services over real rpcs, on a real database.
#include <gmock/gmock.h>

#include <thread>

#include "absl/strings/str_cat.h"
#include "callimport/job_scheduler/v1/call_queue.grpc.pb.h"
#include "callimport/job_scheduler/v1/job_events.grpc.pb.h"
#include "callimport/job_scheduler/v1/job_scheduler.grpc.pb.h"
#include "libs/clients/adapter_gateway/scripted_records.h"
#include "libs/common/errors.h"
#include "libs/common/proto_time.h"
#include "libs/postgres/transact.h"
#include "libs/rpc/invoke.h"
#include "libs/testing/rpc_server.h"
#include "libs/testing/status_matchers.h"
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
namespace {

using std::chrono::milliseconds;
using testing::Allow;
using testing::HasCode;
using testing::HasReason;
using testing::IsOk;

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
  static v1::LeaseCallsRequest LeaseRequest(int max_calls, milliseconds max_wait) {
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
      {Allow("callimport.job_scheduler.v1.JobScheduler", "support/*"),
       Allow("callimport.job_scheduler.v1.JobScheduler", "workspace-admin/*"),
       Allow("callimport.job_scheduler.v1.CallQueue", "service/media-pipeline"),
       Allow("callimport.job_scheduler.v1.JobEvents", "service/status-tracker")}};
  std::unique_ptr<v1::JobScheduler::Stub> jobs_stub_;
  std::unique_ptr<v1::JobScheduler::Stub> admin_stub_;
  std::unique_ptr<v1::CallQueue::Stub> queue_stub_;
  std::unique_ptr<v1::JobEvents::Stub> events_stub_;
};

TEST_F(ServicesTest, AJobIsAnsweredAtOnceWithItsDefaults) {
  const auto created = Create(CreateRequest());

  ASSERT_THAT(created, IsOk());
  EXPECT_EQ(created->job().state(), common::v1::JOB_STATE_PENDING);
  EXPECT_EQ(created->job().type(), v1::JOB_TYPE_HISTORICAL);
  EXPECT_EQ(created->job().filter().start_time().seconds(), 1'577'836'800);
  EXPECT_EQ(created->job().created_by().name(), "demo");
  EXPECT_FALSE(created->job().correlation_id().empty());
  EXPECT_EQ(created->estimate(), v1::CreateImportJobResponse::ESTIMATE_COUNTING);
}

TEST_F(ServicesTest, ARepeatedRequestMakesOneJobThoughTimeGoesOn) {
  const auto request = CreateRequest();
  const auto first = Create(request);
  clock_.Advance(std::chrono::hours(1));
  const auto second = Create(request);
  auto other = request;
  other.mutable_filter()->mutable_start_time()->set_seconds(1'700'000'000);

  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(second->job().job_id(), first->job().job_id());
  EXPECT_THAT(Create(other), HasReason("REQUEST_ID_REUSED"));
}

TEST_F(ServicesTest, AKeyThatComesWithTheRequestIsSealedForThisJobAlone) {
  auto request = CreateRequest();
  request.clear_credential_id();
  request.mutable_inline_credential()->set_platform("gong");
  (*request.mutable_inline_credential()->mutable_fields())["access_key"] = "planted-secret";

  const auto created = Create(request);
  const auto again = Create(request);

  ASSERT_THAT(created, IsOk());
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(created->job().credential_id(), connections_.credential_id);
  EXPECT_EQ(again->job().job_id(), created->job().job_id());
  ASSERT_EQ(connections_.asked.size(), 2u);
  EXPECT_TRUE(connections_.asked[0].for_one_job());
  EXPECT_EQ(connections_.asked[0].request_id(), request.request_id());
  EXPECT_EQ(connections_.asked[0].fields().at("access_key"), "planted-secret");
  EXPECT_EQ(created->ShortDebugString().find("planted-secret"), std::string::npos);
  const std::string stored = *postgres::Transact(pool(), [](pqxx::work& tx) {
    return tx.exec1("SELECT string_agg(job::text, ',') FROM import_jobs AS job")[0]
        .as<std::string>();
  });
  EXPECT_EQ(stored.find("planted-secret"), std::string::npos);
}

TEST_F(ServicesTest, AKeyThatTheVendorRefusesMakesNoJob) {
  auto request = CreateRequest();
  request.clear_credential_id();
  request.mutable_inline_credential()->set_platform("gong");
  connections_.answer = Error(absl::StatusCode::kFailedPrecondition, "INVALID_KEY", "refused");

  EXPECT_THAT(Create(request), HasReason("INVALID_KEY"));

  EXPECT_THAT(jobs_.FindRequested("acme", request.request_id()), HasReason("JOB_NOT_FOUND"));
}

TEST_F(ServicesTest, ACredentialThatTheVendorRefusesMakesNoJob) {
  const auto request = CreateRequest();
  connections_.verdict->set_accepted(false);
  connections_.verdict->set_reason("INVALID_KEY");
  connections_.verdict->set_message("Gong refuses the key");

  const auto refused = Create(request);
  connections_.verdict = Error(absl::StatusCode::kNotFound, "CREDENTIAL_NOT_FOUND", "gone");
  const auto gone = Create(CreateRequest());

  EXPECT_THAT(refused, HasReason("INVALID_KEY"));
  EXPECT_THAT(refused, HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(gone, HasReason("CREDENTIAL_NOT_FOUND"));
  EXPECT_EQ(connections_.verified[0].credential_id(), request.credential_id());
  EXPECT_EQ(connections_.verified[0].workspace_id(), "acme");
  EXPECT_TRUE(served_jobs_.List({.workspace_id = "acme", .limit = 10})->empty());
}

TEST_F(ServicesTest, AVendorThatDoesNotAnswerRefusesNoCredential) {
  connections_.verdict->set_accepted(false);
  connections_.verdict->set_reason("VENDOR_UNREACHABLE");
  EXPECT_THAT(Create(CreateRequest()), IsOk());

  connections_.verdict = absl::UnavailableError("the gateway is away");
  EXPECT_THAT(Create(CreateRequest()), IsOk());
  connections_.verdict = Error(absl::StatusCode::kResourceExhausted, "QUOTA_EXHAUSTED", "later");
  EXPECT_THAT(Create(CreateRequest()), IsOk());
}

TEST_F(ServicesTest, ARepetitionReturnsTheJobWhateverTheVendorSaysByNow) {
  const auto request = CreateRequest();
  const auto created = Create(request);
  connections_.verdict->set_accepted(false);
  connections_.verdict->set_reason("INVALID_KEY");

  const auto again = Create(request);

  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->job().job_id(), created->job().job_id());
}

TEST_F(ServicesTest, AKeyOfAJobThatIsRefusedIsReleasedAgain) {
  const auto first = CreateRequest();
  ASSERT_THAT(Create(first), IsOk());
  auto other = first;
  other.clear_credential_id();
  other.mutable_inline_credential()->set_platform("gong");

  EXPECT_THAT(Create(other), HasReason("REQUEST_ID_REUSED"));

  ASSERT_EQ(vault_.releases().size(), 1u);
  EXPECT_EQ(vault_.releases()[0].credential_id(), connections_.credential_id);
}

TEST_F(ServicesTest, ARepetitionAfterTheKeyIsDestroyedStillReturnsTheJob) {
  auto request = CreateRequest();
  request.clear_credential_id();
  request.mutable_inline_credential()->set_platform("gong");
  const auto created = Create(request);
  connections_.answer = Error(absl::StatusCode::kNotFound, "CREDENTIAL_NOT_FOUND", "gone");

  const auto again = Create(request);

  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->job().job_id(), created->job().job_id());
}

TEST_F(ServicesTest, FiltersAreCheckedAgainstThePlatform) {
  auto request = CreateRequest();
  auto& attributes = *request.mutable_filter()->mutable_attributes();
  attributes["workspace_id"] = "12";
  attributes["direction"] = "inbound";
  const auto created = Create(request);
  ASSERT_THAT(created, IsOk());
  EXPECT_EQ(created->job().filter().attributes().at("workspace_id"), "12");

  request.set_request_id(NewUuid());
  attributes["direction"] = "sideways";
  EXPECT_THAT(Create(request), HasCode(absl::StatusCode::kInvalidArgument));
  attributes.erase("direction");
  attributes["colour"] = "blue";
  EXPECT_THAT(Create(request), HasCode(absl::StatusCode::kInvalidArgument));
  attributes.clear();
  attributes[""] = "";
  EXPECT_THAT(Create(request), HasCode(absl::StatusCode::kInvalidArgument));

  vault_admin_.asked = 0;
  attributes.clear();
  EXPECT_THAT(Create(request), IsOk());
  EXPECT_EQ(vault_admin_.asked, 0) << "a range needs no platform";
}

TEST_F(ServicesTest, OtherFiltersUnderTheSameRequestIdAreRefused) {
  auto request = CreateRequest();
  ASSERT_THAT(Create(request), IsOk());
  (*request.mutable_filter()->mutable_attributes())["workspace_id"] = "12";

  EXPECT_THAT(Create(request), HasReason("REQUEST_ID_REUSED"));
}

TEST_F(ServicesTest, OnlySupportMakesAJobRunNow) {
  auto request = CreateRequest();
  request.set_run_now(true);

  EXPECT_THAT(rpc::Invoke(*admin_stub_, &v1::JobScheduler::Stub::CreateImportJob, request),
              HasReason("RUN_NOW_NOT_ALLOWED"));
  const auto created = Create(request);

  ASSERT_THAT(created, IsOk());
  EXPECT_EQ(created->job().work_class(), common::v1::WORK_CLASS_INTERACTIVE);
}

TEST_F(ServicesTest, AJobIsPausedResumedAndRetriedByCause) {
  const auto created = Create(CreateRequest());
  v1::PauseImportJobRequest pause;
  pause.set_workspace_id("acme");
  pause.set_job_id(created->job().job_id());
  v1::ResumeImportJobRequest resume;
  resume.set_workspace_id("acme");
  resume.set_job_id(created->job().job_id());

  const auto paused = rpc::Invoke(*jobs_stub_, &v1::JobScheduler::Stub::PauseImportJob, pause);
  ASSERT_THAT(paused, IsOk());
  EXPECT_EQ(paused->job().state(), common::v1::JOB_STATE_PAUSED);
  const auto resumed = rpc::Invoke(*jobs_stub_, &v1::JobScheduler::Stub::ResumeImportJob, resume);
  ASSERT_THAT(resumed, IsOk());
  EXPECT_EQ(resumed->job().state(), common::v1::JOB_STATE_PENDING);

  const ImportJob job = *jobs_.Find("acme", created->job().job_id());
  const PlanLease lease = StartListing(job);
  ASSERT_THAT(plans_.StoreCalls(lease, Calls({"a", "b"})), IsOk());
  Fail(Lease());
  v1::ListFailureCausesRequest ask;
  ask.set_workspace_id("acme");
  ask.set_job_id(job.job_id);
  const auto causes = rpc::Invoke(*jobs_stub_, &v1::JobScheduler::Stub::ListFailureCauses, ask);
  ASSERT_THAT(causes, IsOk());
  ASSERT_EQ(causes->causes_size(), 1);
  EXPECT_EQ(causes->causes(0).calls(), 2);
  EXPECT_TRUE(causes->causes(0).retryable());

  v1::RetryFailedRequest retry;
  retry.set_workspace_id("acme");
  retry.set_job_id(job.job_id);
  retry.set_retry_token(causes->causes(0).retry_token() + "x");
  EXPECT_THAT(rpc::Invoke(*jobs_stub_, &v1::JobScheduler::Stub::RetryFailed, retry),
              HasCode(absl::StatusCode::kInvalidArgument));
  retry.set_retry_token(causes->causes(0).retry_token());
  const auto retried = rpc::Invoke(*jobs_stub_, &v1::JobScheduler::Stub::RetryFailed, retry);
  ASSERT_THAT(retried, IsOk());
  EXPECT_EQ(retried->retried_calls(), 2);
  EXPECT_EQ(retried->job().state(), common::v1::JOB_STATE_IN_PROGRESS);
}

TEST_F(ServicesTest, EverythingWrongWithARequestIsToldAtOnce) {
  v1::CreateImportJobRequest request;
  request.set_request_id("no uuid");
  request.set_workspace_id("no workspace!");
  request.set_type(v1::JOB_TYPE_UPLOAD);
  request.mutable_filter()->mutable_start_time()->set_seconds(200);
  request.mutable_filter()->mutable_end_time()->set_seconds(100);

  const auto created = Create(request);

  EXPECT_THAT(created, HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(created, HasReason("INVALID_REQUEST"));
}

TEST_F(ServicesTest, OnlyHistoricalImportsAreMadeByHand) {
  for (const int type : {static_cast<int>(v1::JOB_TYPE_SYNC), static_cast<int>(v1::JOB_TYPE_UPLOAD),
                         static_cast<int>(v1::JOB_TYPE_RECONCILIATION), 99}) {
    v1::CreateImportJobRequest request = CreateRequest();
    request.set_type(static_cast<v1::JobType>(type));

    const auto refused = Create(request);

    EXPECT_THAT(refused, HasCode(absl::StatusCode::kInvalidArgument)) << type;
    EXPECT_THAT(refused.status().ToString(), ::testing::HasSubstr("HISTORICAL"));
  }
  v1::CreateImportJobRequest historical = CreateRequest();
  historical.set_type(v1::JOB_TYPE_HISTORICAL);
  EXPECT_THAT(Create(historical), IsOk());
}

TEST_F(ServicesTest, AnAdminSeesOnlyTheOwnWorkspace) {
  const auto created = Create(CreateRequest("globex"));
  v1::GetImportJobRequest request;
  request.set_workspace_id("globex");
  request.set_job_id(created->job().job_id());

  EXPECT_THAT(rpc::Invoke(*jobs_stub_, &v1::JobScheduler::Stub::GetImportJob, request), IsOk());
  EXPECT_THAT(rpc::Invoke(*admin_stub_, &v1::JobScheduler::Stub::GetImportJob, request),
              HasCode(absl::StatusCode::kNotFound));
}

TEST_F(ServicesTest, ListsArePagedByToken) {
  for (int made = 0; made < 3; ++made) ASSERT_THAT(Create(CreateRequest()), IsOk());
  v1::ListImportJobsRequest request;
  request.set_workspace_id("acme");
  request.mutable_page()->set_page_size(2);

  const auto first = rpc::Invoke(*jobs_stub_, &v1::JobScheduler::Stub::ListImportJobs, request);
  ASSERT_THAT(first, IsOk());
  request.mutable_page()->set_page_token(first->next_page_token());
  const auto rest = rpc::Invoke(*jobs_stub_, &v1::JobScheduler::Stub::ListImportJobs, request);

  EXPECT_EQ(first->jobs_size(), 2);
  EXPECT_EQ(rest->jobs_size(), 1);
  EXPECT_TRUE(rest->next_page_token().empty());
  request.mutable_page()->set_page_size(-1);
  EXPECT_THAT(rpc::Invoke(*jobs_stub_, &v1::JobScheduler::Stub::ListImportJobs, request),
              HasReason("INVALID_REQUEST"));
}

TEST_F(ServicesTest, AWorkspaceMayBeNamedByItsCustomerId) {
  WorkspaceChange change;
  change.customer_id = "c-4711";
  ASSERT_THAT(workspaces_.Update("acme", change, {}, ""), IsOk());
  auto request = CreateRequest("c-4711");

  const auto created = Create(request);
  v1::ListImportJobsRequest list;
  list.set_workspace_id("c-4711");
  const auto listed = rpc::Invoke(*admin_stub_, &v1::JobScheduler::Stub::ListImportJobs, list);

  ASSERT_THAT(created, IsOk());
  EXPECT_EQ(created->job().workspace_id(), "acme");
  ASSERT_THAT(listed, IsOk());
  EXPECT_EQ(listed->jobs_size(), 1);
}

TEST_F(ServicesTest, ACreatedJobUnderAQuoteTellsItsCountAndFinish) {
  auto request = CreateRequest();
  v1::PreviewImportRequest ask;
  ask.set_workspace_id("acme");
  ask.set_credential_id(request.credential_id());
  const auto preview = rpc::Invoke(*jobs_stub_, &v1::JobScheduler::Stub::PreviewImport, ask);
  ASSERT_THAT(preview, IsOk());
  request.set_quote_id(preview->quote_id());

  const auto created = Create(request);

  ASSERT_THAT(created, IsOk());
  EXPECT_EQ(created->job().quote_id(), preview->quote_id());
  EXPECT_EQ(created->estimate(), v1::CreateImportJobResponse::ESTIMATE_KNOWN);
  EXPECT_EQ(created->estimated_calls(), 10);
  EXPECT_GT(created->estimated_duration_high().seconds(), 0);
  EXPECT_GE(created->estimated_duration_high().seconds(),
            created->estimated_duration_low().seconds());
  EXPECT_EQ(created->job().progress().total_calls(), 10);
  EXPECT_EQ(created->job().finish_latest().seconds(),
            preview->forecast().finish_latest().seconds());
  EXPECT_EQ(created->job().filter().end_time().seconds(), preview->filter().end_time().seconds());
}

TEST_F(ServicesTest, APreviewAsksTheSourceAndStoresNothing) {
  v1::PreviewImportRequest request;
  request.set_workspace_id("acme");
  request.set_credential_id(NewUuid());

  const auto preview = rpc::Invoke(*jobs_stub_, &v1::JobScheduler::Stub::PreviewImport, request);
  catalog_.CountAs(Error(absl::StatusCode::kFailedPrecondition, "INVALID_KEY", "refused"));
  const auto refused = rpc::Invoke(*jobs_stub_, &v1::JobScheduler::Stub::PreviewImport, request);

  ASSERT_THAT(preview, IsOk());
  EXPECT_EQ(preview->calls(), 10);
  EXPECT_TRUE(preview->filter().has_end_time());
  EXPECT_THAT(refused, HasReason("INVALID_KEY"));
  EXPECT_TRUE(served_jobs_.List({"acme", {}, "", 10})->empty());
}

TEST_F(ServicesTest, AFailedJobIsRetriedOnlyWithItsCredential) {
  const ImportJob job = ListJob({"a"});
  Fail(Lease());
  v1::RetryFailedRequest request;
  request.set_workspace_id("acme");
  request.set_job_id(job.job_id);
  const auto retry = [&] {
    return rpc::Invoke(*jobs_stub_, &v1::JobScheduler::Stub::RetryFailed, request);
  };

  vault_.AnswerWith(Error(absl::StatusCode::kFailedPrecondition, "CREDENTIAL_SHREDDED", "gone"));
  const auto too_late = retry();
  vault_.AnswerWith(absl::UnavailableError("away"));
  const auto unknown = retry();

  EXPECT_THAT(too_late, HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(too_late, HasReason("CREDENTIAL_SHREDDED"));
  EXPECT_THAT(unknown, HasReason("VAULT_UNREACHABLE"));
  EXPECT_EQ(Find(job).state, common::v1::JOB_STATE_FAILED);
  EXPECT_EQ(Find(job).progress.failed_calls(), 1);
  vault_.AnswerWith(absl::OkStatus());
  const auto in_time = retry();
  ASSERT_THAT(in_time, IsOk());
  EXPECT_EQ(in_time->retried_calls(), 1);
  EXPECT_EQ(in_time->job().state(), common::v1::JOB_STATE_IN_PROGRESS);
}

TEST_F(ServicesTest, AWaitingWorkerGetsCallsTheMomentTheyAreQueued) {
  absl::StatusOr<v1::LeaseCallsResponse> leased = absl::UnknownError("");
  std::thread worker([&] { leased = LeaseOver(LeaseRequest(10, std::chrono::seconds(20))); });
  const ImportJob job = *served_jobs_.Create(NewJob(), {NewUuid(), "digest"});
  const PlanLease lease = **served_plans_.Lease("planner");
  ASSERT_THAT(served_plans_.Begin(lease), IsOk());
  ASSERT_THAT(served_plans_.StoreCount(lease, {"gong", 1, common::v1::EXACTNESS_EXACT}), IsOk());
  ASSERT_THAT(served_plans_.StoreCalls(lease, Calls({"a"})), IsOk());
  worker.join();

  ASSERT_THAT(leased, IsOk());
  ASSERT_EQ(leased->calls_size(), 1);
  EXPECT_EQ(leased->calls(0).job_id(), job.job_id);
  EXPECT_EQ(leased->calls(0).lease().lease_number(), 1);
}

TEST_F(ServicesTest, AWorkerThatWaitsInVainGetsAnEmptyAnswer) {
  const auto leased = LeaseOver(LeaseRequest(10, milliseconds(50)));

  ASSERT_THAT(leased, IsOk());
  EXPECT_EQ(leased->calls_size(), 0);
  EXPECT_THAT(LeaseOver(LeaseRequest(0, milliseconds(0))), HasReason("INVALID_REQUEST"));
  EXPECT_THAT(LeaseOver(LeaseRequest(1, std::chrono::seconds(60))), HasReason("INVALID_REQUEST"));
}

TEST_F(ServicesTest, OutcomesEndCallsAndStaleOnesAreNamed) {
  const ImportJob job = ListJob({"a", "b"});
  const auto leased = LeaseOver(LeaseRequest(10, milliseconds(0)));
  v1::ReportOutcomesRequest request;
  for (const auto& call : leased->calls()) {
    auto& outcome = *request.add_outcomes();
    *outcome.mutable_lease() = call.lease();
    outcome.mutable_completed()->set_engagement_id(NewUuid());
  }
  request.mutable_outcomes(1)->mutable_lease()->set_lease_number(7);

  const auto reported = rpc::Invoke(*queue_stub_, &v1::CallQueue::Stub::ReportOutcomes, request);

  ASSERT_THAT(reported, IsOk());
  EXPECT_EQ(reported->stale_size(), 1);
  EXPECT_EQ(Find(job).progress.completed_calls(), 1);
  request.mutable_outcomes(0)->clear_result();
  EXPECT_THAT(rpc::Invoke(*queue_stub_, &v1::CallQueue::Stub::ReportOutcomes, request),
              HasReason("INVALID_REQUEST"));
}

TEST_F(ServicesTest, NobodyElseMayLease) {
  const auto stub = v1::CallQueue::NewStub(server_.ChannelOf("support-demo"));

  EXPECT_THAT(
      rpc::Invoke(*stub, &v1::CallQueue::Stub::LeaseCalls, LeaseRequest(1, milliseconds(0))),
      HasCode(absl::StatusCode::kPermissionDenied));
}

TEST_F(ServicesTest, AWatcherSeesWhatWasAndWhatComes) {
  const ImportJob job = ListJob({"a"});
  grpc::ClientContext context;
  rpc::Prepare(context, std::chrono::seconds(20));
  const auto reader = events_stub_->WatchJobEvents(&context, {});
  v1::WatchJobEventsResponse message;
  ASSERT_TRUE(reader->Read(&message));
  ASSERT_EQ(message.events_size(), 1);
  EXPECT_EQ(message.events(0).status().progress().listed_calls(), 1);

  ASSERT_THAT(served_queue_.ReportOutcomes({Completion(Lease()[0])}), IsOk());

  do {
    ASSERT_TRUE(reader->Read(&message));
  } while (message.events().empty());
  EXPECT_EQ(message.events(0).status().job_id(), job.job_id);
  EXPECT_EQ(message.events(0).status().state(), common::v1::JOB_STATE_COMPLETED);
  context.TryCancel();
}

TEST_F(ServicesTest, AWatcherIsToldWhenTheServiceStops) {
  grpc::ClientContext context;
  rpc::Prepare(context, std::chrono::seconds(20));
  const auto reader = events_stub_->WatchJobEvents(&context, {});
  v1::WatchJobEventsResponse message;
  ASSERT_TRUE(reader->Read(&message)) << "an idle stream begins with a heartbeat";
  EXPECT_EQ(message.events_size(), 0);

  signals_.Close();

  EXPECT_FALSE(reader->Read(&message));
  EXPECT_THAT(rpc::FromGrpcStatus(reader->Finish()), HasReason("SHUTTING_DOWN"));
  EXPECT_THAT(LeaseOver(LeaseRequest(1, std::chrono::seconds(5))), HasReason("SHUTTING_DOWN"));
}

TEST_F(ServicesTest, AWatcherOfAForgottenRevisionIsToldSo) {
  grpc::ClientContext context;
  rpc::Prepare(context, std::chrono::seconds(20));
  v1::WatchJobEventsRequest request;
  request.set_after_revision(1'000'000);
  const auto reader = events_stub_->WatchJobEvents(&context, request);
  v1::WatchJobEventsResponse message;

  EXPECT_FALSE(reader->Read(&message));
  EXPECT_THAT(rpc::FromGrpcStatus(reader->Finish()), HasReason("REVISION_GONE"));
}

TEST_F(ServicesTest, AnUploadIsRegisteredAndLeased) {
  v1::RegisterUploadRequest request;
  request.set_workspace_id("acme");
  request.set_content_sha256(std::string(64, 'f'));
  request.set_title("call.wav");
  request.set_worker("worker");

  const auto first = rpc::Invoke(*queue_stub_, &v1::CallQueue::Stub::RegisterUpload, request);
  const auto second = rpc::Invoke(*queue_stub_, &v1::CallQueue::Stub::RegisterUpload, request);

  ASSERT_THAT(first, IsOk());
  EXPECT_TRUE(first->has_leased());
  EXPECT_EQ(first->leased().record().source_call_id(), request.content_sha256());
  ASSERT_THAT(second, IsOk());
  EXPECT_TRUE(second->duplicate());
  EXPECT_EQ(second->call_id(), first->call_id());
}

TEST_F(ServicesTest, ARetryReadsRecordsAgainThatCouldNotBeRead) {
  const ImportJob job = CreateJob();
  ListedCalls page = Calls({"fine"});
  page.unreadable = {{"broken", "title: text is expected"}, {"", "the call has no id"}};
  ASSERT_THAT(plans_.StoreCalls(StartListing(job), page), IsOk());
  Complete(Lease());
  ASSERT_EQ(Find(job).state, common::v1::JOB_STATE_PARTIAL);
  v1::RetryFailedRequest retry;
  retry.set_workspace_id("acme");
  retry.set_job_id(job.job_id);

  const auto unmended = rpc::Invoke(*jobs_stub_, &v1::JobScheduler::Stub::RetryFailed, retry);
  ASSERT_THAT(unmended, IsOk());
  EXPECT_EQ(unmended->retried_calls(), 0) << "nothing can be imported but its id";
  records_.readable = {Calls({"broken"}).records[0], Calls({"nameless"}).records[0]};
  const auto mended = rpc::Invoke(*jobs_stub_, &v1::JobScheduler::Stub::RetryFailed, retry);

  ASSERT_THAT(mended, IsOk());
  EXPECT_EQ(mended->retried_calls(), 2);
  EXPECT_EQ(mended->job().state(), common::v1::JOB_STATE_IN_PROGRESS);
  EXPECT_EQ(records_.released, (std::vector<std::string>{"record 0", "record 1"}));
  const auto leased = Lease();
  ASSERT_EQ(leased.size(), 2u);
  for (const LeasedCall& call : leased) EXPECT_FALSE(call.record.source_metadata().empty());
  Complete(leased);
  const ImportJob ended = Find(job);
  EXPECT_EQ(ended.state, common::v1::JOB_STATE_COMPLETED);
  EXPECT_EQ(ended.progress.listed_calls(), 3);
  EXPECT_EQ(ended.progress.total_calls(), 3);
  EXPECT_EQ(ended.progress.completed_calls(), 3);
  EXPECT_EQ(ended.progress.failed_calls(), 0);
  EXPECT_EQ(CallsOf(job)[1].title, "Call broken");

  records_.readable.clear();
  EXPECT_EQ(rpc::Invoke(*jobs_stub_, &v1::JobScheduler::Stub::RetryFailed, retry)->retried_calls(),
            0);
}

TEST_F(ServicesTest, CallsThatWaitAreImportedByWhatTheMendedMappingReads) {
  const ImportJob job = ListJob({"right", "wrong"});
  common::v1::CallRecord right = Calls({"right"}).records[0];
  common::v1::CallRecord mended = Calls({"wrong"}).records[0];
  mended.set_title("Mended");
  mended.set_mapping_revision(2);
  records_.mapping = {{"right", right}, {"wrong", mended}};
  v1::RemapCallsRequest request;
  request.set_workspace_id("acme");
  request.set_platform("gong");
  request.set_dry_run(true);
  const auto remap = [&] {
    return rpc::Invoke(*jobs_stub_, &v1::JobScheduler::Stub::RemapCalls, request);
  };

  const auto announced = remap();
  ASSERT_THAT(announced, IsOk());
  EXPECT_EQ(announced->tally().examined(), 2);
  EXPECT_EQ(announced->tally().changed(), 1);
  ASSERT_EQ(announced->tally().samples_size(), 1);
  EXPECT_EQ(announced->tally().samples(0).fields(0).before(), "Call wrong");
  EXPECT_EQ(announced->tally().samples(0).fields(0).after(), "Mended");
  EXPECT_EQ(CallsOf(job)[1].title, "Call wrong") << "nothing has changed yet";

  request.set_dry_run(false);
  EXPECT_EQ(remap()->tally().changed(), 1);
  EXPECT_EQ(remap()->tally().changed(), 0) << "the second time there is nothing to do";
  EXPECT_EQ(CallsOf(job)[1].title, "Mended");
  EXPECT_EQ(Find(job).progress.listed_calls(), 2);
  const auto leased = Lease();
  ASSERT_EQ(leased.size(), 2u);
  for (const LeasedCall& call : leased) {
    EXPECT_FALSE(call.record.source_metadata().empty());
    const bool wrong = call.record.source_call_id() == "wrong";
    EXPECT_EQ(call.record.title(), wrong ? "Mended" : "Call right");
  }
}

TEST_F(ServicesTest, AnOlderMappingLeavesWhatANewerOneHasRead) {
  const ImportJob job = CreateJob();
  ListedCalls page = Calls({"a"});
  page.records[0].set_mapping_revision(3);
  ASSERT_THAT(plans_.StoreCalls(StartListing(job), page), IsOk());
  common::v1::CallRecord older = page.records[0];
  older.set_title("as it was read once");
  older.set_mapping_revision(2);
  records_.mapping = {{"a", older}};
  v1::RemapCallsRequest request;
  request.set_workspace_id("acme");
  request.set_platform("gong");

  const auto remapped = rpc::Invoke(*jobs_stub_, &v1::JobScheduler::Stub::RemapCalls, request);

  ASSERT_THAT(remapped, IsOk());
  EXPECT_EQ(remapped->tally().changed(), 0);
  EXPECT_EQ(remapped->tally().unreadable(), 1);
  EXPECT_EQ(CallsOf(job)[0].title, "Call a");
}

TEST_F(ServicesTest, CallsAreReadAnewPageByPageInTheRangeAndTheWorkspaceThatIsMeant) {
  std::vector<std::string> ids;
  for (int i = 0; i < 250; ++i) ids.push_back(absl::StrCat("call ", i));
  const ImportJob first = CreateJob();
  ListedCalls page = Calls(ids);
  for (size_t i = 0; i < ids.size(); ++i) {
    page.records[i].mutable_start_time()->set_seconds(1'700'000'000 + static_cast<int64_t>(i));
    common::v1::CallRecord mended = page.records[i];
    mended.set_title("Mended");
    records_.mapping[ids[i]] = mended;
  }
  ASSERT_THAT(plans_.StoreCalls(StartListing(first), page), IsOk());
  ListJob({"call 0"}, "other");
  v1::RemapCallsRequest request;
  request.set_workspace_id("acme");
  request.set_platform("gong");
  request.mutable_start_time()->set_seconds(1'700'000'010);
  request.mutable_end_time()->set_seconds(1'700'000'240);

  int changed = 0;
  int pages = 0;
  do {
    const auto remapped = rpc::Invoke(*jobs_stub_, &v1::JobScheduler::Stub::RemapCalls, request);
    ASSERT_THAT(remapped, IsOk());
    changed += remapped->tally().changed();
    request.set_page_token(remapped->next_page_token());
    ++pages;
  } while (!request.page_token().empty());

  EXPECT_EQ(changed, 230);
  EXPECT_EQ(pages, 2);
}

TEST_F(ServicesTest, ARequestToReadCallsAnewNamesTheFieldsThatAreWrong) {
  v1::RemapCallsRequest request;
  request.set_workspace_id("acme");
  request.set_platform("gong");
  request.set_page_token("017");
  const auto remap = [&] {
    return rpc::Invoke(*jobs_stub_, &v1::JobScheduler::Stub::RemapCalls, request);
  };
  EXPECT_THAT(remap(), HasCode(absl::StatusCode::kInvalidArgument));
  request.clear_page_token();
  request.mutable_start_time()->set_seconds(2);
  request.mutable_end_time()->set_seconds(1);
  EXPECT_THAT(remap(), HasCode(absl::StatusCode::kInvalidArgument));
  request.clear_start_time();
  request.clear_platform();
  EXPECT_THAT(remap(), HasCode(absl::StatusCode::kInvalidArgument));
}

// Between reading and correcting, somebody else was faster, or the job's calls were cleaned away.
TEST_F(ServicesTest, WhatWasChangedSinceItWasReadStays) {
  const ImportJob job = ListJob({"a", "b"});
  const auto kept = remaps_.Read({"acme", "gong", {}, 10});
  ASSERT_THAT(kept, IsOk());
  ASSERT_EQ(kept->size(), 2u);
  const auto correction = [&](size_t i, const std::string& title) {
    CorrectedRecord corrected{(*kept)[i].place, (*kept)[i].bytes, (*kept)[i].record};
    corrected.record.set_title(title);
    return corrected;
  };
  EXPECT_EQ(remaps_.Correct({correction(0, "faster")})->size(), 1u);
  ASSERT_TRUE(postgres::Transact(pool(), [&](pqxx::work& tx) {
                tx.exec_params("DELETE FROM job_calls WHERE call_id = $1",
                               (*kept)[1].place.call_id);
              }).ok());

  const auto changed = remaps_.Correct({correction(0, "slower"), correction(1, "gone")});

  ASSERT_THAT(changed, IsOk());
  EXPECT_TRUE(changed->empty());
  ASSERT_EQ(CallsOf(job).size(), 1u);
  EXPECT_EQ(CallsOf(job)[0].title, "faster");
}

TEST_F(ServicesTest, ARetryOfTheRestDoesNotWaitForAGatewayThatIsAway) {
  const ImportJob job = ListJob({"a"});
  Fail(Lease());
  records_.answer = absl::UnavailableError("away");
  v1::RetryFailedRequest retry;
  retry.set_workspace_id("acme");
  retry.set_job_id(job.job_id);

  const auto retried = rpc::Invoke(*jobs_stub_, &v1::JobScheduler::Stub::RetryFailed, retry);

  ASSERT_THAT(retried, IsOk());
  EXPECT_EQ(retried->retried_calls(), 1);
}

}  // namespace
}  // namespace callimport::job_scheduler
