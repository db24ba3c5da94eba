// The three gRPC services over a real server with certificates; the vendor and the vault are in
// memory.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <future>
#include <set>
#include <thread>

#include "libs/catalog/catalog.h"
#include "libs/common/proto_time.h"
#include "libs/http/fake_http_client.h"
#include "libs/rpc/invoke.h"
#include "libs/testing/rpc_server.h"
#include "libs/testing/status_matchers.h"
#include "services/adapter-gateway/api/call_catalog_service.h"
#include "services/adapter-gateway/api/connections_service.h"
#include "services/adapter-gateway/api/recordings_service.h"
#include "services/adapter-gateway/sessions/fake_vault.h"

namespace callimport::adapter_gateway {
namespace {

using namespace std::chrono_literals;
using http::MakeResponse;
using testing::HasCode;
using testing::HasReason;
using testing::IsOk;

constexpr char kRequestId[] = "0190a1b2-0000-7000-8000-000000000001";

class GatewayServicesTest : public ::testing::Test {
 protected:
  GatewayServicesTest() { vault_.Put("acme", "c1", "gong", {{"access_key", "good"}}); }

  static PlatformRegistry Registry() {
    PlatformOverride change;
    change.set_platform("gong");
    change.set_concurrent_downloads(100);
    change.add_rate_windows()->set_limit(1'000);
    change.mutable_rate_windows(0)->set_period_seconds(1);
    return *PlatformRegistry::Build(*LoadCatalog(CATALOG_DIR), {change},
                                    AllPlatforms(SystemClock()));
  }

  // One call, "7", whose recording is recording_.
  absl::StatusOr<http::Response> Answer(const http::Request& request) {
    if (vendor_down_) return absl::UnavailableError("down");
    if (request.url.starts_with("https://media.example")) {
      return MakeResponse(200, recording_, {{"content-type", "audio/wav"}});
    }
    const std::string& key = request.headers.at("Authorization");
    if (key == BasicAuthorization("bad", "")["Authorization"]) return MakeResponse(401, "{}");
    if (request.url.ends_with("/transcript")) {
      return MakeResponse(200,
                          R"({"callTranscripts":[{"callId":"7","transcript":[{"speakerId":"1",)"
                          R"("sentences":[{"start":1,"end":2,"text":"hi"}]}]}]})");
    }
    if (request.url.ends_with("/workspaces")) {
      return MakeResponse(200, R"({"workspaces":[{"name":")" + workspace_name_ + R"("}]})");
    }
    if (request.body.find("forgotten") != std::string::npos) return MakeResponse(400, "{}");
    const bool second = request.body.find("cursor") != std::string::npos;
    return MakeResponse(200, R"({"records":{"totalRecords":2)" +
                                 std::string(second ? "" : R"(,"cursor":"next")") +
                                 R"(},"calls":[{"metaData":{"id":")" + (second ? "8" : "7") +
                                 R"("},"media":{"audioUrl":"https://media.example/7"}}]})");
  }

  v1::ConnectWithApiKeyRequest ConnectRequest() const {
    v1::ConnectWithApiKeyRequest request;
    request.set_request_id(kRequestId);
    request.set_workspace_id("acme");
    request.set_platform("gong");
    (*request.mutable_fields())["access_key"] = "good";
    (*request.mutable_fields())["access_key_secret"] = "s";
    return request;
  }
  auto Connect(const v1::ConnectWithApiKeyRequest& request) {
    return rpc::Invoke(*connections_stub_, &v1::Connections::Stub::ConnectWithApiKey, request);
  }

  struct Downloaded {
    // Of the rpc, or else of the recording.
    absl::Status status;
    v1::MediaHeader header;
    std::vector<size_t> chunks;
    std::string data;
  };
  std::vector<Downloaded> DownloadAll(const std::string& credential,
                                      const std::vector<std::string>& call_ids) {
    v1::DownloadMediaRequest request;
    request.set_workspace_id("acme");
    request.set_credential_id(credential);
    for (const std::string& id : call_ids) request.add_source_call_ids(id);
    grpc::ClientContext context;
    const auto reader = recordings_stub_->DownloadMedia(&context, request);
    std::vector<Downloaded> all(call_ids.size());
    v1::DownloadMediaResponse message;
    while (reader->Read(&message)) {
      for (const v1::MediaPart& part : message.parts()) {
        Take(part, all[static_cast<size_t>(part.index())]);
      }
    }
    const absl::Status status = rpc::FromGrpcStatus(reader->Finish());
    for (Downloaded& each : all) each.status.Update(status);
    return all;
  }
  Downloaded Download(const std::string& credential, const std::string& call_id) {
    return DownloadAll(credential, {call_id}).front();
  }
  static void Take(const v1::MediaPart& part, Downloaded& into) {
    if (part.has_header()) into.header = part.header();
    if (!part.data().empty()) into.chunks.push_back(part.data().size());
    into.data += part.data();
    if (!part.end().has_failure()) return;
    const v1::MediaFailure& failure = part.end().failure();
    into.status =
        Error(static_cast<absl::StatusCode>(failure.code()), failure.reason(), failure.message());
  }

  std::string workspace_name_ = "Sales";
  std::atomic<bool> vendor_down_{false};
  std::string recording_ = std::string(600'000, 'r');
  http::FakeHttpClient http_{[this](const http::Request& request) { return Answer(request); }};
  const PlatformRegistry platforms_ = Registry();
  FakeVault vault_{SystemClock()};
  QuotaBroker quota_{SystemClock()};
  CircuitBreakers breakers_{SystemClock()};
  VendorLine line_{.http = http_,
                   .quota = quota_,
                   .breakers = breakers_,
                   .clock = SystemClock(),
                   .retry = {.max_attempts = 1},
                   .pause = [](auto) {}};
  AccessLeases leases_{vault_, SystemClock()};
  VendorAccounts accounts_{platforms_, leases_};
  AddressBook addresses_{SystemClock()};
  DownloadSlots slots_{SystemClock()};
  MediaFetcher media_{line_, addresses_, slots_};
  ConnectionsService connections_{platforms_, vault_, leases_, accounts_, line_};
  CallCatalogService call_catalog_{accounts_, line_};
  RecordingsService recordings_{accounts_, line_, media_};
  testing::RpcServer server_{
      {&connections_, &call_catalog_, &recordings_},
      {testing::Allow("callimport.adapter_gateway.v1.Connections", "support/*"),
       testing::Allow("callimport.adapter_gateway.v1.Connections", "service/job-scheduler"),
       testing::Allow("callimport.adapter_gateway.v1.CallCatalog", "service/job-scheduler"),
       testing::Allow("callimport.adapter_gateway.v1.Recordings", "service/media-pipeline")},
      "adapter-gateway"};
  std::unique_ptr<v1::Connections::Stub> connections_stub_ =
      v1::Connections::NewStub(server_.ChannelOf("support-demo"));
  std::unique_ptr<v1::CallCatalog::Stub> catalog_stub_ =
      v1::CallCatalog::NewStub(server_.ChannelOf("job-scheduler"));
  std::unique_ptr<v1::Recordings::Stub> recordings_stub_ =
      v1::Recordings::NewStub(server_.ChannelOf("media-pipeline"));
};

TEST_F(GatewayServicesTest, ListsThePlatformsOfTheCatalog) {
  const auto response = rpc::Invoke(*connections_stub_, &v1::Connections::Stub::ListPlatforms,
                                    v1::ListPlatformsRequest());

  ASSERT_THAT(response, IsOk());
  EXPECT_GE(response->platforms_size(), 11);
  for (const common::v1::PlatformDescriptor& platform : response->platforms()) {
    SCOPED_TRACE(platform.platform());
    EXPECT_FALSE(platform.display_name().empty());
    EXPECT_FALSE(platform.logo_url().empty());
    EXPECT_GT(platform.auth_types_size(), 0);
    EXPECT_FALSE(platform.auth_instructions().empty());
    EXPECT_NE(platform.status(), common::v1::PlatformDescriptor::STATUS_UNSPECIFIED);
  }
}

TEST_F(GatewayServicesTest, TellsTheConditionOfEveryPlatformThatIsOffered) {
  ASSERT_THAT(Connect(ConnectRequest()), IsOk());

  const auto response = rpc::Invoke(*connections_stub_, &v1::Connections::Stub::ListPlatforms,
                                    v1::ListPlatformsRequest());

  ASSERT_THAT(response, IsOk());
  std::set<std::string> names;
  for (const v1::PlatformCondition& condition : response->conditions()) {
    names.insert(condition.platform());
    EXPECT_EQ(condition.open_breakers(), 0);
    EXPECT_EQ(condition.missing_fields_size(), 0);
    EXPECT_FALSE(condition.has_contract_check_time());  // no call was listed yet
  }
  EXPECT_EQ(names, (std::set<std::string>{"gong", "openphone", "retreaver"}));
}

TEST_F(GatewayServicesTest, StoresACredentialThatTheVendorAccepts) {
  auto request = ConnectRequest();
  (*request.mutable_fields())["base_url"] = "https://us-1.api.gong.io";

  const auto response = Connect(request);

  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->credential_id(), "credential-1");
  EXPECT_EQ(response->account_name(), "Sales");
  ASSERT_EQ(vault_.stored().size(), 1u);
  const auto& stored = vault_.stored().front();
  EXPECT_EQ(stored.secret_fields().at("access_key_secret"), "s");
  EXPECT_EQ(stored.public_fields().at("base_url"), "https://us-1.api.gong.io");
  EXPECT_EQ(stored.secret_fields().count("base_url"), 0u);
  EXPECT_EQ(stored.actor().name(), "demo");
}

TEST_F(GatewayServicesTest, AKeyForOneJobIsStoredBesideTheAccountsOwn) {
  const auto of_scheduler = v1::Connections::NewStub(server_.ChannelOf("job-scheduler"));
  auto request = ConnectRequest();
  request.set_for_one_job(true);

  const auto connected =
      rpc::Invoke(*of_scheduler, &v1::Connections::Stub::ConnectWithApiKey, request);

  ASSERT_THAT(connected, IsOk());
  ASSERT_EQ(vault_.stored().size(), 1u);
  EXPECT_EQ(vault_.stored()[0].retention(), credential_manager::v1::RETENTION_EPHEMERAL);
  EXPECT_EQ(vault_.stored()[0].account_ref(), std::string("import-") + kRequestId);
  EXPECT_THAT(Connect(request), HasReason("FOR_ONE_JOB_ONLY")) << "people connect accounts";
  EXPECT_THAT(
      rpc::Invoke(*of_scheduler, &v1::Connections::Stub::ConnectWithApiKey, ConnectRequest()),
      HasReason("FOR_ONE_JOB_ONLY"));
  request.set_replace(true);
  EXPECT_THAT(rpc::Invoke(*of_scheduler, &v1::Connections::Stub::ConnectWithApiKey, request),
              HasCode(absl::StatusCode::kInvalidArgument));
}

TEST_F(GatewayServicesTest, StoresNothingThatTheVendorRefuses) {
  auto request = ConnectRequest();
  (*request.mutable_fields())["access_key"] = "bad";
  request.mutable_fields()->erase("access_key_secret");
  (*request.mutable_fields())["access_key_secret"] = "";
  EXPECT_THAT(Connect(request), HasCode(absl::StatusCode::kInvalidArgument));

  vendor_down_ = true;
  const auto unreachable = Connect(ConnectRequest());

  EXPECT_THAT(unreachable, HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(unreachable, HasReason("VENDOR_UNREACHABLE"));
  EXPECT_TRUE(vault_.stored().empty());
}

TEST_F(GatewayServicesTest, NamesEveryWrongFieldOfARequestToConnect) {
  v1::ConnectWithApiKeyRequest request;
  request.set_request_id("7");
  request.set_platform("gong");
  (*request.mutable_fields())["colour"] = "red";
  (*request.mutable_fields())["base_url"] = "http://169.254.169.254/";

  const auto response = Connect(request);

  EXPECT_THAT(response, HasCode(absl::StatusCode::kInvalidArgument));
  const std::string text(response.status().message());
  for (const char* field : {"request_id", "workspace_id", "fields[access_key]",
                            "fields[access_key_secret]", "fields[colour]", "fields[base_url]"}) {
    EXPECT_NE(text.find(field), std::string::npos) << field << " in " << text;
  }
}

TEST_F(GatewayServicesTest, ConnectsToNoPlatformThatIsNotSupported) {
  auto request = ConnectRequest();
  request.clear_fields();
  (*request.mutable_fields())["username"] = "importer";
  (*request.mutable_fields())["password"] = "canary";
  // The second is how others have stored it.
  for (const char* name : {"five9", "FIVE29"}) {
    request.set_platform(name);
    EXPECT_THAT(Connect(request), HasReason("PLATFORM_NOT_SUPPORTED"));
    EXPECT_THAT(Connect(request), HasCode(absl::StatusCode::kFailedPrecondition));
  }
  request.set_platform("nobody");
  EXPECT_THAT(Connect(request), HasCode(absl::StatusCode::kInvalidArgument));
}

// As the catalog says, whatever the platform: a key and a company for one, a user and a password
// for the other.
TEST_F(GatewayServicesTest, EveryFieldThatThePlatformNeedsMustBeGiven) {
  const auto connect = [&](const std::string& platform,
                           const std::map<std::string, std::string>& fields) {
    auto request = ConnectRequest();
    request.set_platform(platform);
    request.clear_fields();
    request.mutable_fields()->insert(fields.begin(), fields.end());
    return Connect(request).status();
  };

  for (const auto& [platform, fields, missing] :
       std::vector<std::tuple<std::string, std::map<std::string, std::string>, std::string>>{
           {"retreaver", {{"api_key", "canary"}}, "fields[company_id]"},
           {"retreaver", {{"company_id", "7"}}, "fields[api_key]"},
           {"five9", {{"username", "importer"}}, "fields[password]"},
           {"zoom_phone", {{"account_id", "a"}, {"client_id", "b"}}, "fields[client_secret]"}}) {
    const absl::Status refused = connect(platform, fields);
    EXPECT_THAT(refused, HasCode(absl::StatusCode::kInvalidArgument)) << platform;
    EXPECT_NE(std::string(refused.message()).find(missing), std::string::npos) << refused;
    EXPECT_EQ(std::string(refused.message()).find("canary"), std::string::npos) << refused;
  }
}

TEST_F(GatewayServicesTest, RecordsTheVerdictOfTheVendor) {
  vault_.Put("acme", "c2", "gong", {{"access_key", "bad"}});
  v1::VerifyCredentialRequest request;
  request.set_workspace_id("acme");

  request.set_credential_id("c1");
  const auto good =
      rpc::Invoke(*connections_stub_, &v1::Connections::Stub::VerifyCredential, request);
  request.set_credential_id("c2");
  const auto bad =
      rpc::Invoke(*connections_stub_, &v1::Connections::Stub::VerifyCredential, request);
  vendor_down_ = true;
  const auto down =
      rpc::Invoke(*connections_stub_, &v1::Connections::Stub::VerifyCredential, request);

  ASSERT_THAT(good, IsOk());
  EXPECT_TRUE(good->accepted());
  ASSERT_THAT(bad, IsOk());
  EXPECT_EQ(bad->reason(), "INVALID_KEY");
  ASSERT_THAT(down, IsOk());
  EXPECT_EQ(down->reason(), "VENDOR_UNREACHABLE");
  ASSERT_EQ(vault_.verdicts().size(), 2u);  // being unreachable says nothing of the key
  EXPECT_TRUE(vault_.verdicts()[0].accepted());
  EXPECT_EQ(vault_.verdicts()[0].account_name(), "Sales") << "as the vendor names it by now";
  EXPECT_EQ(vault_.verdicts()[1].reason(), "INVALID_KEY");
}

TEST_F(GatewayServicesTest, AnAccountOfAnyNameCanBeKept) {
  // 300 bytes, with two for each letter, and one that no table takes.
  workspace_name_ = "";
  for (int i = 0; i < 150; ++i) workspace_name_ += "ä";
  workspace_name_ += "\\u0000";

  const auto response = Connect(ConnectRequest());

  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->account_name(), workspace_name_.substr(0, 256));
  EXPECT_EQ(vault_.stored().front().account_name(), response->account_name());
}

TEST_F(GatewayServicesTest, CountsAndListsPageByPage) {
  v1::ListCallsRequest request;
  request.set_workspace_id("acme");
  request.set_credential_id("c1");
  *request.mutable_filter()->mutable_start_time() = ToProto(SystemClock().Now() - 24h);
  *request.mutable_filter()->mutable_end_time() = ToProto(SystemClock().Now());
  grpc::ClientContext context;
  const auto reader = catalog_stub_->ListCalls(&context, request);

  std::vector<std::string> seen;
  v1::ListCallsResponse page;
  while (reader->Read(&page)) seen.push_back(page.calls(0).source_call_id() + page.next_cursor());

  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_EQ(seen, (std::vector<std::string>{"7next", "8"}));
}

TEST_F(GatewayServicesTest, ListsNoMorePagesThanTheLimitWants) {
  v1::ListCallsRequest request;
  request.set_workspace_id("acme");
  request.set_credential_id("c1");
  *request.mutable_filter()->mutable_start_time() = ToProto(SystemClock().Now() - 24h);
  *request.mutable_filter()->mutable_end_time() = ToProto(SystemClock().Now());
  for (const int64_t limit : {1, 2, -1}) {
    request.set_limit(limit);
    grpc::ClientContext context;
    const auto reader = catalog_stub_->ListCalls(&context, request);
    int64_t pages = 0;
    v1::ListCallsResponse page;
    while (reader->Read(&page)) ++pages;
    EXPECT_EQ(reader->Finish().ok(), limit > 0);
    EXPECT_EQ(pages, std::max<int64_t>(limit, 0));
    if (limit == 1) {
      EXPECT_EQ(page.next_cursor(), "next");
    }
  }
}

TEST_F(GatewayServicesTest, PassesFiltersOfThePlatformOnAndRefusesOthers) {
  v1::CountCallsRequest request;
  request.set_workspace_id("acme");
  request.set_credential_id("c1");
  (*request.mutable_filter()->mutable_attributes())["workspace_id"] = "12";

  EXPECT_THAT(rpc::Invoke(*catalog_stub_, &v1::CallCatalog::Stub::CountCalls, request), IsOk());
  EXPECT_NE(http_.requests().back().body.find(R"("workspaceId":"12")"), std::string::npos);

  (*request.mutable_filter()->mutable_attributes())["colour"] = "blue";
  EXPECT_THAT(rpc::Invoke(*catalog_stub_, &v1::CallCatalog::Stub::CountCalls, request),
              HasCode(absl::StatusCode::kInvalidArgument));
}

TEST_F(GatewayServicesTest, ACountTellsWhatTheImportTakes) {
  v1::CountCallsRequest request;
  request.set_workspace_id("acme");
  request.set_credential_id("c1");

  const auto count = rpc::Invoke(*catalog_stub_, &v1::CallCatalog::Stub::CountCalls, request);

  ASSERT_THAT(count, IsOk());
  EXPECT_FALSE(count->terms().has_cost_per_call_cents());
  EXPECT_EQ(count->terms().vendor_requests(), 3 * ((count->calls() + 99) / 100));
  // The limits that the configuration has put in place of the catalog's.
  EXPECT_FALSE(count->terms().has_daily_requests());
  EXPECT_DOUBLE_EQ(count->terms().requests_per_second(), 1'000);
  EXPECT_EQ(count->terms().filters(0), "workspace_id");
}

TEST_F(GatewayServicesTest, TellsThatACursorHasExpired) {
  v1::ListCallsRequest request;
  request.set_workspace_id("acme");
  request.set_credential_id("c1");
  *request.mutable_filter()->mutable_start_time() = ToProto(SystemClock().Now() - 24h);
  *request.mutable_filter()->mutable_end_time() = ToProto(SystemClock().Now());
  request.set_cursor("forgotten");
  grpc::ClientContext context;
  const auto reader = catalog_stub_->ListCalls(&context, request);

  v1::ListCallsResponse page;
  EXPECT_FALSE(reader->Read(&page));
  const absl::Status status = rpc::FromGrpcStatus(reader->Finish());
  EXPECT_THAT(status, HasCode(absl::StatusCode::kOutOfRange));
  EXPECT_THAT(status, HasReason("CURSOR_EXPIRED"));
}

TEST_F(GatewayServicesTest, RefusesAListingWithoutBothEnds) {
  v1::ListCallsRequest request;
  request.set_workspace_id("acme");
  request.set_credential_id("c1");
  grpc::ClientContext context;
  const auto reader = catalog_stub_->ListCalls(&context, request);

  v1::ListCallsResponse page;
  EXPECT_FALSE(reader->Read(&page));
  EXPECT_THAT(rpc::FromGrpcStatus(reader->Finish()), HasCode(absl::StatusCode::kInvalidArgument));
}

TEST_F(GatewayServicesTest, StreamsARecordingInLargeChunksBehindItsHeader) {
  const Downloaded result = Download("c1", "7");

  ASSERT_THAT(result.status, IsOk());
  EXPECT_EQ(result.header.content_type(), "audio/wav");
  EXPECT_EQ(result.header.content_length(), 600'000);
  EXPECT_EQ(result.chunks, (std::vector<size_t>{262'144, 262'144, 75'712}));
  EXPECT_EQ(result.data, recording_);
}

TEST_F(GatewayServicesTest, SendsASmallRecordingAsOneChunk) {
  recording_ = std::string(65'536, 's');

  EXPECT_EQ(Download("c1", "7").chunks, std::vector<size_t>{65'536});
}

TEST_F(GatewayServicesTest, StreamsNothingForAnEmptyRecording) {
  recording_.clear();

  const Downloaded result = Download("c1", "7");

  EXPECT_THAT(result.status, IsOk());
  EXPECT_TRUE(result.chunks.empty());
}

TEST_F(GatewayServicesTest, TellsWhatIsMissing) {
  EXPECT_THAT(Download("c1", "12").status, HasReason("RECORDING_MISSING"));
  EXPECT_THAT(Download("c9", "7").status, HasReason("CREDENTIAL_NOT_FOUND"));
  EXPECT_THAT(Download("c1", "").status, HasCode(absl::StatusCode::kInvalidArgument));
}

TEST_F(GatewayServicesTest, SendsWhatThereIsWhenOneRecordingIsMissing) {
  const std::vector<Downloaded> results = DownloadAll("c1", {"12", "7"});

  EXPECT_THAT(results[0].status, HasReason("RECORDING_MISSING"));
  EXPECT_THAT(results[1].status, IsOk());
  EXPECT_EQ(results[1].data, recording_);
}

TEST_F(GatewayServicesTest, AsksTheVaultAgainOnceTheVendorRefusesAKey) {
  vault_.Put("acme", "c1", "gong", {{"access_key", "bad"}});
  EXPECT_THAT(Download("c1", "7").status, HasReason("INVALID_KEY"));
  vault_.Put("acme", "c1", "gong", {{"access_key", "good"}});

  EXPECT_THAT(Download("c1", "7").status, IsOk());
}

TEST_F(GatewayServicesTest, BatchesTheLookUpsOfConcurrentDownloads) {
  recording_ = "short";
  constexpr int kDownloads = 24;
  std::atomic<int> fine{0};

  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kDownloads; ++i) {
      threads.emplace_back([&] {
        if (Download("c1", "7").status.ok()) ++fine;
      });
    }
  }

  EXPECT_EQ(fine, kDownloads);
  int look_ups = 0;
  for (const http::Request& request : http_.requests()) {
    if (request.url.ends_with("/extensive")) ++look_ups;
  }
  EXPECT_LT(look_ups, kDownloads / 2);
}

TEST_F(GatewayServicesTest, GivesTranscriptsOfThoseThatHaveOne) {
  v1::GetTranscriptsRequest request;
  request.set_workspace_id("acme");
  request.set_credential_id("c1");
  request.add_source_call_ids("7");
  request.add_source_call_ids("8");

  const auto response =
      rpc::Invoke(*recordings_stub_, &v1::Recordings::Stub::GetTranscripts, request);

  ASSERT_THAT(response, IsOk());
  ASSERT_EQ(response->transcripts_size(), 1);
  EXPECT_EQ(response->transcripts(0).transcript().segments(0).text(), "hi");
}

TEST_F(GatewayServicesTest, RefusesRepeatedIds) {
  v1::GetTranscriptsRequest request;
  request.set_workspace_id("acme");
  request.set_credential_id("c1");
  request.add_source_call_ids("7");
  request.add_source_call_ids("7");

  EXPECT_THAT(rpc::Invoke(*recordings_stub_, &v1::Recordings::Stub::GetTranscripts, request),
              HasCode(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace callimport::adapter_gateway
