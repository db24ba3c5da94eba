// The one-time import that customers come with: a whole OpenPhone workspace at once, while its
// webhooks go on arriving.
#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <set>

#include "callimport/credential_manager/v1/webhook_secrets.grpc.pb.h"
#include "callimport/job_scheduler/v1/mass_imports.grpc.pb.h"
#include "callimport/job_scheduler/v1/sources.grpc.pb.h"
#include "libs/common/ids.h"
#include "libs/http/curl_http_client.h"
#include "libs/rpc/invoke.h"
#include "libs/testing/status_matchers.h"
#include "services/adapter-gateway/webhooks/webhook_fixture.h"
#include "tests/e2e/free_port.h"
#include "tests/e2e/inbox_follower.h"
#include "tests/e2e/suite.h"

namespace callimport::e2e {
namespace {

using ::callimport::testing::HasReason;
using ::callimport::testing::IsOk;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;

using Counts = std::pair<int64_t, int64_t>;  // of all, and of those that are processed
using Step = scheduler::MassImportStep;

constexpr uint64_t kCalls = 1'000;
constexpr uint64_t kConversations = 7'000;
constexpr uint64_t kMessages = 25'000;
constexpr uint64_t kAttachments = 800;
constexpr size_t kDeliveries = 60;
constexpr size_t kInARow = 5;
// As the customer's other systems call the workspace.
constexpr char kCustomer[] = "c-4711";

class MassImportTest : public ::testing::Test {
 protected:
  MassImportTest() {
    const auto connected = client_.ConnectTo("openphone", {{"api_key", "fake-openphone-key"}});
    EXPECT_THAT(connected, IsOk());
    if (connected.ok()) credential_ = connected->credential_id();
    suite_.database().Execute(
        "INSERT INTO job_scheduler.workspaces (workspace_id, customer_id) VALUES ('acme', '" +
        std::string(kCustomer) + "')");
    Subscribe();
  }

  SuiteOptions Options() const {
    SuiteOptions options = QuickCalls(0);
    auto& book = options.vendors.openphone.book;
    book.calls = {.seed = 11,
                  .calls = kCalls,
                  .from = Timestamp(std::chrono::hours(491'000)),  // January 2026
                  .no_transcript_share = 0};
    book.conversations = kConversations;
    book.messages = kMessages;
    book.attachments = kAttachments;
    options.vendors.openphone.noise_bytes = 2'000;
    options.patch = [this](const std::string& service, Json& config) {
      if (service != "adapter-gateway") return;
      config["webhooks"] = {{"listen_address", address_}, {"public_base", "http://" + address_}};
    };
    return options;
  }

  // As if the vendor had been told where to send, and had answered with its secret.
  void Subscribe() {
    vault::StoreWebhookSecretRequest request;
    request.set_request_id(NewUuid());
    request.set_workspace_id("acme");
    request.set_platform("openphone");
    request.set_source(credential_);
    request.set_secret(adapter_gateway::OpenPhoneSecret());
    request.mutable_actor()->set_kind(words::Actor::KIND_SUPPORT);
    request.mutable_actor()->set_name("dana");
    const auto secrets =
        vault::WebhookSecrets::NewStub(suite_.ChannelTo("credential-manager", "adapter-gateway"));
    EXPECT_THAT(rpc::Invoke(*secrets, &vault::WebhookSecrets::Stub::StoreWebhookSecret, request),
                IsOk());
    suite_.database().Execute(
        "INSERT INTO adapter_gateway.webhook_subscriptions"
        " (subscription_id, workspace_id, credential_id, platform, state) VALUES ('" +
        subscription_ + "', 'acme', '" + credential_ + "', 'openphone', 1)");
  }

  // The vendor tells of a call that has ended; gives the status of the answer.
  int Deliver(const std::string& delivery, const std::string& call) {
    const auto signed_request = adapter_gateway::OpenPhoneDelivery(
        subscription_, delivery, adapter_gateway::OpenPhoneBody("EV" + delivery, call),
        SystemClock().Now());
    http::Request request{.method = signed_request.method,
                          .url = "http://" + address_ + signed_request.path,
                          .headers = {},
                          .body = signed_request.body,
                          .deadlines = {.total = 10s}};
    for (const auto& [name, value] : signed_request.headers) {
      request.headers[name] = value;
    }
    const auto answer = http_.Send(request);
    return answer.ok() ? answer->status : 0;
  }

  // Some of the vendor's calls, one of them twice over.
  void DeliverSome() {
    for (size_t i = 0; i < kInARow && told_.size() < kDeliveries; ++i) {
      const size_t number = told_.size();
      const std::string call = suite_.vendors().openphone().book().CallId(number);
      EXPECT_EQ(Deliver("delivery-" + std::to_string(number), call), 200);
      told_.push_back(call);
    }
    EXPECT_EQ(Deliver("delivery-0", told_.front()), 200);
  }

  scheduler::MassImport Begin() {
    scheduler::BeginMassImportRequest request;
    request.set_request_id(NewUuid());
    request.set_workspace_id(kCustomer);
    request.set_credential_id(credential_);
    request.set_reason("the move to us");
    const auto begun = rpc::Invoke(*mass_imports_, &scheduler::MassImports::Stub::BeginMassImport,
                                   request, {.timeout = 30s});
    EXPECT_THAT(begun, IsOk());
    return begun.ok() ? begun->mass_import() : scheduler::MassImport();
  }
  scheduler::MassImport Get(const std::string& mass_import_id) {
    scheduler::GetMassImportRequest request;
    request.set_workspace_id(kCustomer);
    request.set_mass_import_id(mass_import_id);
    const auto got = rpc::Invoke(*mass_imports_, &scheduler::MassImports::Stub::GetMassImport,
                                 request, {.timeout = 30s});
    EXPECT_THAT(got, IsOk());
    return got.ok() ? got->mass_import() : scheduler::MassImport();
  }
  static bool HasDone(const scheduler::MassImport& import, Step::Kind kind) {
    return std::ranges::count(import.steps(), kind, &Step::kind) == 1;
  }

  static std::map<words::RecordKind, Counts> CountsOf(const scheduler::ImportJob& job) {
    std::map<words::RecordKind, Counts> counts;
    for (const words::KindProgress& kind : job.progress().kinds()) {
      EXPECT_TRUE(counts.emplace(kind.kind(), Counts(kind.total(), kind.processed())).second)
          << words::RecordKind_Name(kind.kind()) << " is counted twice";
    }
    return counts;
  }

  void ExpectEveryKind(const scheduler::ImportJob& job) {
    auto counts = CountsOf(job);
    int64_t voicemails = 0;
    for (uint64_t call = 0; call < kCalls; ++call) {
      voicemails += int{suite_.vendors().openphone().book().IsVoicemail(call)};
    }
    const auto calls = static_cast<int64_t>(kCalls) - voicemails;
    EXPECT_EQ(counts[words::RECORD_KIND_CALL], Counts(calls, calls));
    EXPECT_EQ(counts[words::RECORD_KIND_VOICEMAIL], Counts(voicemails, voicemails));
    EXPECT_EQ(counts[words::RECORD_KIND_CONVERSATION], Counts(kConversations, kConversations));
    EXPECT_EQ(counts[words::RECORD_KIND_MESSAGE], Counts(kMessages, kMessages));
    // What is attached to messages, and the recordings.
    EXPECT_EQ(counts[words::RECORD_KIND_MEDIA],
              Counts(kAttachments + kCalls, kAttachments + kCalls));
  }

  // A sync by itself finds what is there already.
  bool SyncsHaveEnded() {
    const auto jobs = client_.Jobs();
    return jobs.ok() && jobs->size() > 1 &&
           std::ranges::all_of(*jobs, [](const auto& job) { return HasEnded(job.state()); });
  }

  const std::string address_ = "127.0.0.1:" + std::to_string(FreePort());
  const std::string subscription_ = NewUuid();
  Suite suite_{Options()};
  Client client_ = suite_.ClientFor("acme");
  const std::unique_ptr<scheduler::MassImports::Stub> mass_imports_ =
      scheduler::MassImports::NewStub(suite_.ChannelTo("job-scheduler", "support-demo"));
  http::CurlHttpClient http_;
  std::string credential_;
  // Calls in the order in which the vendor told of them.
  std::vector<std::string> told_;
};

TEST_F(MassImportTest, CountsEveryKindOfRecordAsTheVendorDoesWhileItsWebhooksAreHeld) {
  InboxFollower follower(
      gateway::WebhookInbox::NewStub(suite_.ChannelTo("adapter-gateway", "job-scheduler")));
  const scheduler::MassImport begun = Begin();
  ASSERT_TRUE(HasDone(begun, Step::KIND_IMPORT_STARTED)) << begun.ShortDebugString();
  EXPECT_THAT(client_.CreateJob(credential_), HasReason("WORKSPACE_IN_MAINTENANCE"));

  // Some arrive whenever the import has come further.
  int64_t done = -1;
  client_.WaitForJob(begun.job().job_id(), 300s, [&](const scheduler::ImportJob& job) {
    if (HasEnded(job.state())) return true;
    if (job.progress().listed_calls() + job.progress().completed_calls() > done) {
      done = job.progress().listed_calls() + job.progress().completed_calls();
      EXPECT_THAT(follower.Announced(), IsEmpty()) << "they are held";
      DeliverSome();
    }
    return false;
  });
  ASSERT_TRUE(Eventually(
      30s, [&] { return HasDone(Get(begun.mass_import_id()), Step::KIND_MAINTENANCE_OFF); }));

  EXPECT_GE(told_.size(), 2 * kInARow) << "hardly anything arrived meanwhile";
  ASSERT_TRUE(follower.Awaits({told_.begin(), told_.end()}, 30s));
  EXPECT_THAT(follower.Announced(), ElementsAreArray(told_)) << "once each, as they came";
  const scheduler::MassImport ended = Get(begun.mass_import_id());
  EXPECT_EQ(ended.steps_size(), 6) << ended.ShortDebugString();
  EXPECT_EQ(ended.job().state(), words::JOB_STATE_COMPLETED) << ended.ShortDebugString();
  EXPECT_EQ(ended.job().progress().completed_calls(), static_cast<int64_t>(kCalls));
  ExpectEveryKind(ended.job());
  EXPECT_EQ(client_.Jobs()->size(), 1u) << "a workspace without syncs was synced";
  suite_.database().Execute(
      "UPDATE job_scheduler.workspaces SET syncs_enabled = true WHERE workspace_id = 'acme'");
  ASSERT_TRUE(Eventually(60s, [&] { return SyncsHaveEnded(); }));
  const auto engagements = client_.Engagements();
  ASSERT_THAT(engagements, IsOk());
  std::set<std::string> imported;
  for (const auto& engagement : *engagements) imported.insert(engagement.source_call_id());
  EXPECT_EQ(imported.size(), kCalls);
  EXPECT_EQ(engagements->size(), kCalls) << "nothing is there twice";
}

}  // namespace
}  // namespace callimport::e2e
