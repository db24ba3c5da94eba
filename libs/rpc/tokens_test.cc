// People who come by a token, over real handshakes.
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "callimport/job_scheduler/v1/job_scheduler.grpc.pb.h"
#include "libs/jwt/token_forge_fixture.h"
#include "libs/rpc/answer.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/host.h"
#include "libs/rpc/invoke.h"
#include "libs/testing/dev_certificates.h"
#include "libs/testing/status_matchers.h"

namespace callimport::rpc {
namespace {

namespace v1 = callimport::job_scheduler::v1;
using callimport::testing::DevCertificates;
using callimport::testing::HasCode;
using callimport::testing::HasReason;
using callimport::testing::IsOk;

// Answers with who asked, and with all metadata that the handler saw.
class JobsService final : public v1::JobScheduler::Service {
 public:
  grpc::Status GetImportJob(grpc::ServerContext* context, const v1::GetImportJobRequest* request,
                            v1::GetImportJobResponse* response) override {
    return Answer(*context, *request, response, [&](const Caller& caller) {
      v1::GetImportJobResponse answer;
      answer.mutable_job()->set_job_id(caller.Identity());
      for (const auto& [name, value] : context->client_metadata()) {
        seen_ += std::string(name.data(), name.size()) + std::string(value.data(), value.size());
      }
      return absl::StatusOr<v1::GetImportJobResponse>(answer);
    });
  }

  const std::string& seen() const { return seen_; }

 private:
  std::string seen_;
};

class TokensTest : public ::testing::Test {
 protected:
  ~TokensTest() override {
    host_.reset();
    std::filesystem::remove(jwks_);
  }

  void Serve(bool people_without_certificate) {
    std::ofstream(jwks_) << forge_.KeySetJson();
    ServerConfig config;
    config.set_address("127.0.0.1:0");
    config.set_stop_grace_seconds(1);
    *config.mutable_tls() = certificates_.Of("job-scheduler");
    AccessRule& rule = *config.add_access();
    rule.set_rpcs("callimport.job_scheduler.v1.JobScheduler");
    for (const char* caller : {"support/*", "workspace-admin/*", "service/status-tracker"}) {
      rule.add_callers(caller);
    }
    TokenConfig& tokens = *config.mutable_tokens();
    tokens.set_jwks_file(jwks_);
    tokens.set_issuer("https://id.example");
    tokens.set_audience("callimport");
    tokens.set_people_without_certificate(people_without_certificate);
    if (!take_tokens_) config.clear_tokens();
    host_ = std::make_unique<Host>(config);
    host_->Serve(service_);
    ASSERT_THAT(host_->Start(), IsOk());
  }

  std::string Token(const std::string& role, const std::string& more = "") const {
    return forge_.Mint("ec", R"({"iss":"https://id.example","aud":"callimport","exp":4000000000,)"
                             R"("sub":"dana","role":")" +
                                 role + "\"" + more + "}");
  }

  std::string Address() const { return "127.0.0.1:" + std::to_string(host_->port()); }

  std::shared_ptr<grpc::Channel> WithCertificate(const std::string& name) const {
    PeerConfig peer;
    peer.set_address(Address());
    *peer.mutable_tls() = certificates_.Of(name);
    return *Connect(peer);
  }
  std::shared_ptr<grpc::Channel> WithoutCertificate() const {
    grpc::SslCredentialsOptions options;
    std::ifstream ca(certificates_.Of("operator").ca_file());
    options.pem_root_certs.assign(std::istreambuf_iterator<char>(ca), {});
    return grpc::CreateChannel(Address(), grpc::SslCredentials(options));
  }

  // Says who the server thought was asking.
  absl::StatusOr<std::string> Ask(const std::shared_ptr<grpc::Channel>& channel,
                                  const std::vector<std::pair<std::string, std::string>>& metadata,
                                  const std::string& workspace = "acme") {
    const auto stub = v1::JobScheduler::NewStub(channel);
    grpc::ClientContext context;
    Prepare(context, std::chrono::seconds(5));
    for (const auto& [name, value] : metadata) context.AddMetadata(name, value);
    v1::GetImportJobRequest request;
    request.set_workspace_id(workspace);
    v1::GetImportJobResponse response;
    const absl::Status status = FromGrpcStatus(stub->GetImportJob(&context, request, &response));
    if (!status.ok()) return status;
    return response.job().job_id();
  }
  absl::StatusOr<std::string> AskBy(const std::shared_ptr<grpc::Channel>& channel,
                                    const std::string& token,
                                    const std::string& workspace = "acme") {
    return Ask(channel, {{"authorization", "Bearer " + token}}, workspace);
  }

  const DevCertificates certificates_;
  const jwt::TokenForge forge_;
  const std::string jwks_ = ::testing::TempDir() + "/tokens_test.jwks";
  JobsService service_;
  std::unique_ptr<Host> host_;
  bool take_tokens_ = true;
};

TEST_F(TokensTest, SayWhoAsksInsteadOfTheCertificate) {
  Serve(false);
  const auto channel = WithCertificate("status-tracker");

  EXPECT_EQ(*Ask(channel, {}), "service/status-tracker");
  EXPECT_EQ(*AskBy(channel, Token("SUPPORT")), "support/dana");
  // The next rpc on the same connection is not the former person's.
  EXPECT_EQ(*Ask(channel, {}), "service/status-tracker");
  EXPECT_THAT(AskBy(channel, Token("AUDITOR")), HasCode(absl::StatusCode::kPermissionDenied));
}

TEST_F(TokensTest, LetPeopleInWithoutACertificateWhereTheConfigSaysSo) {
  Serve(true);
  const auto channel = WithoutCertificate();

  EXPECT_EQ(*AskBy(channel, Token("SUPPORT")), "support/dana");
  EXPECT_THAT(Ask(channel, {}), HasCode(absl::StatusCode::kUnauthenticated));
  EXPECT_EQ(*Ask(WithCertificate("status-tracker"), {}), "service/status-tracker");
}

TEST_F(TokensTest, DoNotReplaceTheCertificateOtherwise) {
  Serve(false);

  EXPECT_THAT(AskBy(WithoutCertificate(), Token("SUPPORT")),
              HasCode(absl::StatusCode::kUnavailable));
}

TEST_F(TokensTest, HoldPeopleToTheirWorkspaces) {
  Serve(true);
  const auto channel = WithoutCertificate();
  const std::string token = Token("WORKSPACE_ADMIN", R"(,"workspaces":["acme","beta"])");

  EXPECT_EQ(*AskBy(channel, token, "acme"), "workspace-admin/dana");
  EXPECT_EQ(*AskBy(channel, token, "beta"), "workspace-admin/dana");
  EXPECT_THAT(AskBy(channel, token, "globex"), HasReason("WORKSPACE_NOT_FOUND"));
  EXPECT_THAT(AskBy(channel, token, ""), HasCode(absl::StatusCode::kInvalidArgument));
}

TEST_F(TokensTest, OfServicesNeedTheCertificateOfTheSameService) {
  Serve(true);
  const std::string token =
      forge_.Mint("ed", R"({"iss":"https://id.example","aud":"callimport","exp":4000000000,)"
                        R"("sub":"status-tracker","role":"SERVICE"})");

  EXPECT_EQ(*AskBy(WithCertificate("status-tracker"), token), "service/status-tracker");
  EXPECT_THAT(AskBy(WithCertificate("media-pipeline"), token),
              HasCode(absl::StatusCode::kUnauthenticated));
  EXPECT_THAT(AskBy(WithoutCertificate(), token), HasCode(absl::StatusCode::kUnauthenticated));
}

TEST_F(TokensTest, ThatAreBadAreRefusedEvenWithAGoodCertificate) {
  Serve(false);
  const auto channel = WithCertificate("status-tracker");
  const std::string good = Token("SUPPORT");
  const std::vector<std::vector<std::pair<std::string, std::string>>> bad = {
      {{"authorization", "Bearer " + good + "A"}},
      {{"authorization", "Bearer "}},
      {{"authorization", "Bearer"}},
      {{"authorization", good}},
      {{"authorization", "Basic " + good}},
      {{"authorization", "Bearer " + good}, {"authorization", "Bearer " + good}},
      {{"authorization", "Bearer " + good + " "}},
      {{"authorization", "Bearer " + std::string(7000, 'A')}},
  };
  for (const auto& metadata : bad) {
    EXPECT_THAT(Ask(channel, metadata), HasCode(absl::StatusCode::kUnauthenticated))
        << metadata.front().second.substr(0, 50);
  }
}

TEST_F(TokensTest, AreRefusedWhereNoneAreTaken) {
  take_tokens_ = false;
  Serve(false);

  EXPECT_THAT(AskBy(WithCertificate("status-tracker"), Token("SUPPORT")),
              HasCode(absl::StatusCode::kUnauthenticated));
}

TEST_F(TokensTest, NobodyCanSayByMetadataWhoAsks) {
  Serve(false);

  EXPECT_EQ(*Ask(WithCertificate("status-tracker"), {{"x-callimport-caller", "support"}}),
            "service/status-tracker");
  EXPECT_EQ(*Ask(WithCertificate("status-tracker"),
                 {{"x-callimport-caller", "a"}, {"x-callimport-caller", "b"}}),
            "service/status-tracker");
  EXPECT_EQ(
      *Ask(WithCertificate("status-tracker"),
           {{"x-callimport-caller", "support"}, {"authorization", "Bearer " + Token("SUPPORT")}}),
      "support/dana");
}

TEST_F(TokensTest, AreNotShownToHandlers) {
  Serve(false);
  const std::string token = Token("SUPPORT");

  ASSERT_THAT(AskBy(WithCertificate("status-tracker"), token), IsOk());

  EXPECT_EQ(service_.seen().find(token.substr(0, 30)), std::string::npos);
  EXPECT_EQ(service_.seen().find("authorization"), std::string::npos);
}

TEST_F(TokensTest, AreSignedByNewKeysWithoutARestart) {
  Serve(true);
  const auto channel = WithoutCertificate();
  const std::string old_token = Token("SUPPORT");
  ASSERT_THAT(AskBy(channel, old_token), IsOk());
  const jwt::TokenForge next;
  const std::string new_token =
      next.Mint("ed", R"({"iss":"https://id.example","aud":"callimport","exp":4000000000,)"
                      R"("sub":"dana","role":"SUPPORT"})");
  ASSERT_THAT(AskBy(channel, new_token), HasCode(absl::StatusCode::kUnauthenticated));

  std::ofstream(jwks_) << next.KeySetJson();

  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!AskBy(channel, new_token).ok() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_THAT(AskBy(channel, new_token), IsOk());
  EXPECT_THAT(AskBy(channel, old_token), HasCode(absl::StatusCode::kUnauthenticated));
}

}  // namespace
}  // namespace callimport::rpc
