// The gRPC services over a real server with certificates; the vendor and the vault are in memory.
#pragma once

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "libs/catalog/catalog.h"
#include "libs/http/fake_http_client.h"
#include "libs/rpc/invoke.h"
#include "libs/testing/rpc_server.h"
#include "services/adapter-gateway/api/call_catalog_service.h"
#include "services/adapter-gateway/api/connections_service.h"
#include "services/adapter-gateway/api/recordings_service.h"
#include "services/adapter-gateway/sessions/fake_vault.h"

namespace callimport::adapter_gateway {

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
      return http::MakeResponse(200, recording_, {{"content-type", "audio/wav"}});
    }
    const std::string& key = request.headers.at("Authorization");
    if (key == BasicAuthorization("bad", "")["Authorization"]) return http::MakeResponse(401, "{}");
    if (request.url.ends_with("/transcript")) {
      return http::MakeResponse(
          200, R"({"callTranscripts":[{"callId":"7","transcript":[{"speakerId":"1",)"
               R"("sentences":[{"start":1,"end":2,"text":"hi"}]}]}]})");
    }
    if (request.url.ends_with("/workspaces")) {
      return http::MakeResponse(200, R"({"workspaces":[{"name":")" + workspace_name_ + R"("}]})");
    }
    if (request.body.find("forgotten") != std::string::npos) return http::MakeResponse(400, "{}");
    const bool second = request.body.find("cursor") != std::string::npos;
    return http::MakeResponse(200, R"({"records":{"totalRecords":2)" +
                                       std::string(second ? "" : R"(,"cursor":"next")") +
                                       R"(},"calls":[{"metaData":{"id":")" + (second ? "8" : "7") +
                                       R"("},"media":{"audioUrl":"https://media.example/7"}}]})");
  }

  v1::ConnectWithApiKeyRequest ConnectRequest() const {
    v1::ConnectWithApiKeyRequest request;
    request.set_request_id("0190a1b2-0000-7000-8000-000000000001");
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

}  // namespace callimport::adapter_gateway
