// A suite with canaries wherever a secret may stand.
#pragma once

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "callimport/adapter_gateway/v1/oauth_connections.grpc.pb.h"
#include "libs/common/ids.h"
#include "libs/http/curl_http_client.h"
#include "libs/rpc/invoke.h"
#include "libs/testing/status_matchers.h"
#include "tests/e2e/canaries.h"
#include "tests/e2e/echoing_vendor.h"
#include "tests/e2e/free_port.h"
#include "tests/e2e/suite.h"

namespace callimport::e2e {

class CanaryTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    echo_ = std::make_unique<EchoingVendor>().release();
    browsers_ = absl::StrCat("127.0.0.1:", FreePort());
    deliveries_ = absl::StrCat("127.0.0.1:", FreePort());
    clients_file_ = absl::StrCat(::testing::TempDir(), "canary-clients-", getpid());
    std::ofstream(clients_file_) << R"({"gong":{"client_id":"fake-client","client_secret":")"
                                 << kUrlPassword << R"("}})";
    std::filesystem::permissions(clients_file_, std::filesystem::perms::owner_read);
    SuiteOptions options = QuickCalls(20);
    options.vendors.gong.access_key = kAccessKey;
    options.vendors.gong.access_key_secret = kAccessSecret;
    options.patch = [](const std::string& service, Json& config) {
      if (config.contains("database")) {
        config["database"]["connection"] =
            config["database"]["connection"].get<std::string>() + " password=" + kDsnPassword;
      }
      if (service == "adapter-gateway") {
        config["platforms"][0]["allowed_hosts"].push_back(echo_->host());
        config["oauth_return"] = {{"listen_address", browsers_}};
        config["webhooks"] = {{"listen_address", deliveries_},
                              {"public_base", "http://" + deliveries_}};
      }
      if (service == "credential-manager") {
        config["oauth_clients_file"] = clients_file_;
        config["oauth_redirect_bases"] = {"http://" + browsers_};
        config["oauth_endpoints"] = {{{"platform", "gong"},
                                      {"authorization_url", echo_->url() + "/authorize"},
                                      {"token_url", echo_->url() + "/token"},
                                      {"revocation_url", echo_->url() + "/token/revoke"}}};
      }
    };
    suite_ = std::make_unique<Suite>(options).release();
  }
  static void TearDownTestSuite() {
    std::unique_ptr<Suite>(suite_).reset();
    std::unique_ptr<EchoingVendor>(echo_).reset();
    std::filesystem::remove(clients_file_);
  }

  void TearDown() override {
    suite_->vendors().faults().Clear();
    echo_->BeNice();
    for (const std::string& service : kServices) {
      EXPECT_THAT(FoundIn(suite_->LogOf(service)), ::testing::IsEmpty())
          << "the log of " << service;
      EXPECT_THAT(FoundIn(suite_->MetricsOf(service)), ::testing::IsEmpty())
          << "the metrics of " << service;
    }
    EXPECT_THAT(FoundIn(suite_->database().Dump()), ::testing::IsEmpty()) << "a table";
  }

  // Every status that anybody sees.
  void See(const absl::Status& status) {
    EXPECT_THAT(FoundIn(std::string(status.message())), ::testing::IsEmpty()) << "a status";
    EXPECT_THAT(FoundIn(status.ToString()), ::testing::IsEmpty()) << "the details of a status";
  }
  template <typename T>
  absl::StatusOr<T> See(absl::StatusOr<T> answer) {
    See(answer.status());
    return answer;
  }
  template <typename Message>
  absl::StatusOr<Message> SeeAll(absl::StatusOr<Message> answer) {
    See(answer.status());
    EXPECT_THAT(FoundIn(answer.ok() ? answer->ShortDebugString() : ""), ::testing::IsEmpty())
        << "an answer";
    return answer;
  }

  template <typename Message>
  absl::StatusOr<std::vector<Message>> SeeAllOf(absl::StatusOr<std::vector<Message>> answer) {
    See(answer.status());
    if (!answer.ok()) return answer;
    for (const Message& message : *answer) {
      EXPECT_THAT(FoundIn(message.ShortDebugString()), ::testing::IsEmpty()) << "an answer";
    }
    return answer;
  }

  std::string ConnectTo(Client& client, const std::string& url) {
    const auto connected = SeeAll(client.Connect(url, kAccessKey, kAccessSecret));
    EXPECT_THAT(connected, ::callimport::testing::IsOk());
    return connected.ok() ? connected->credential_id() : NewUuid();
  }

  absl::Status ConnectWith(const std::string& workspace, const std::string& platform,
                           const std::map<std::string, std::string>& fields) {
    gateway::ConnectWithApiKeyRequest request;
    request.set_request_id(NewUuid());
    request.set_workspace_id(workspace);
    request.set_platform(platform);
    request.mutable_fields()->insert(fields.begin(), fields.end());
    const auto stub =
        gateway::Connections::NewStub(suite_->ChannelTo("adapter-gateway", "support-demo"));
    const absl::Status status =
        rpc::Invoke(*stub, &gateway::Connections::Stub::ConnectWithApiKey, request).status();
    See(status);
    return status;
  }

  void Verify(const std::string& workspace, const std::string& credential_id) {
    gateway::VerifyCredentialRequest request;
    request.set_workspace_id(workspace);
    request.set_credential_id(credential_id);
    const auto stub =
        gateway::Connections::NewStub(suite_->ChannelTo("adapter-gateway", "support-demo"));
    static_cast<void>(
        SeeAll(rpc::Invoke(*stub, &gateway::Connections::Stub::VerifyCredential, request)));
  }

  // Everything that a person may do, once.
  void DoEverything(Client& client, const std::string& credential_id) {
    static_cast<void>(
        SeeAll(client.Connect(suite_->vendors().base_url(), kAccessKey, kAccessSecret)));
    Verify(client.workspace(), credential_id);
    See(client.Credentials().status());
    static_cast<void>(SeeAll(client.Preview(credential_id)));
    static_cast<void>(SeeAll(client.CreateJob(credential_id)));
    See(client.Jobs().status());
    See(client.Engagements().status());
    See(client.Upload("a.wav", std::string(3000, 'x')).status());
  }

  // As a browser or a vendor; what comes back is seen too.
  void Send(http::Request request) {
    const auto answer = http::CurlHttpClient().Send(request);
    ASSERT_THAT(answer, ::callimport::testing::IsOk());
    EXPECT_THAT(FoundIn(answer->body), ::testing::IsEmpty()) << "a page, status " << answer->status;
  }

  // Connects by approval; the code sings, and the token endpoint answers so.
  gateway::OAuthOutcome Approve(const EchoingVendor::Answer& token_endpoint) {
    const auto stub =
        gateway::OAuthConnections::NewStub(suite_->ChannelTo("adapter-gateway", "support-demo"));
    gateway::BeginOAuthRequest begin;
    begin.set_workspace_id("canary-oauth");
    begin.set_platform("gong");
    begin.set_replace(true);
    const auto begun = rpc::Invoke(*stub, &gateway::OAuthConnections::Stub::BeginOAuth, begin);
    EXPECT_THAT(begun, ::callimport::testing::IsOk());
    if (!begun.ok()) return {};
    echo_->Be([=](const std::string& request) {
      const bool of_tokens = request.starts_with("POST /token");
      return of_tokens ? token_endpoint(request) : EchoingVendor::NiceAnswer();
    });
    gateway::CompleteOAuthRequest complete;
    complete.set_workspace_id("canary-oauth");
    complete.set_platform("gong");
    complete.set_state(begun->state());
    complete.set_code(kDsnPassword);
    const auto completed =
        SeeAll(rpc::Invoke(*stub, &gateway::OAuthConnections::Stub::CompleteOAuth, complete));
    return completed.ok() ? completed->outcome() : gateway::OAuthOutcome();
  }

  static inline Suite* suite_ = nullptr;
  static inline EchoingVendor* echo_ = nullptr;
  static inline std::string browsers_;
  static inline std::string deliveries_;
  static inline std::string clients_file_;
};

}  // namespace callimport::e2e
