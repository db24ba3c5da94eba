// How imports are made, over real rpcs on a real database.
#include "libs/common/errors.h"
#include "libs/postgres/transact.h"
#include "libs/testing/status_matchers.h"
#include "services/job-scheduler/api/services_fixture.h"

namespace callimport::job_scheduler {
namespace {

using testing::HasCode;
using testing::HasReason;
using testing::IsOk;

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

}  // namespace
}  // namespace callimport::job_scheduler
