// Every rpc of the five real services, asked by everybody: docs/access.md is what happens.
#include <google/protobuf/dynamic_message.h>

#include "libs/testing/status_matchers.h"
#include "tests/access/matrix.h"
#include "tests/e2e/any_rpc.h"
#include "tests/e2e/suite.h"

namespace callimport::e2e {
namespace {

using access::Matrix;
using access::Rpc;
using google::protobuf::Message;
using grpc::StatusCode;

constexpr auto kPatience = 1500ms;  // of rpcs that wait for work, or never end

// Somebody at the door: a connection, and a token if there is one.
struct Visitor {
  rpc::Caller caller;
  std::string certificate;  // empty: none
  std::string token;
};

class AccessMatrixTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    suite_ = std::make_unique<Suite>(QuickCalls(1)).release();
    matrix_ = std::make_unique<Matrix>(CALLIMPORT_SOURCE_DIR).release();
  }
  static void TearDownTestSuite() {
    std::unique_ptr<Suite>(suite_).reset();
    std::unique_ptr<Matrix>(matrix_).reset();
  }

  StatusCode Ask(const Rpc& rpc, const Visitor& visitor, const std::string& workspace) {
    const std::unique_ptr<Message> request(messages_.GetPrototype(rpc.method->input_type())->New());
    NameWorkspace(*request, workspace);
    return SendAny(ChannelFor(rpc.service, visitor.certificate), rpc.name,
                   request->SerializeAsString(), {.patience = kPatience, .token = visitor.token})
        .error_code();
  }

  std::shared_ptr<grpc::Channel> ChannelFor(const std::string& service,
                                            const std::string& certificate) {
    auto& channel = channels_[service + "/" + certificate];
    if (channel == nullptr) {
      channel = certificate.empty() ? suite_->ChannelWithoutCertificate(service)
                                    : suite_->ChannelTo(service, certificate);
    }
    return channel;
  }

  // The vault wants a certificate from everybody, whatever the token says.
  void ExpectDocumentedAnswers(const Rpc& rpc, Visitor visitor) {
    if (visitor.certificate.empty() && rpc.service == "credential-manager") {
      visitor.certificate = "status-tracker";
    }
    const std::string what = visitor.caller.Identity() + " asks " + rpc.name;
    const StatusCode own = Ask(rpc, visitor, "acme");
    if (!matrix_->Allows(rpc, visitor.caller)) {
      EXPECT_EQ(own, StatusCode::PERMISSION_DENIED) << what;
      return;
    }
    EXPECT_NE(own, StatusCode::PERMISSION_DENIED) << what;
    EXPECT_NE(own, StatusCode::UNAUTHENTICATED) << what;
    EXPECT_NE(own, StatusCode::UNIMPLEMENTED) << what;
    EXPECT_NE(own, StatusCode::UNAVAILABLE) << what;
    if (visitor.caller.workspaces && !matrix_->RuleOf(rpc)->any_workspace()) {
      EXPECT_EQ(Ask(rpc, visitor, "globex"), StatusCode::NOT_FOUND) << what << " about another";
    }
  }

  static inline Suite* suite_ = nullptr;
  static inline Matrix* matrix_ = nullptr;
  google::protobuf::DynamicMessageFactory messages_;
  std::map<std::string, std::shared_ptr<grpc::Channel>> channels_;
};

TEST_F(AccessMatrixTest, EveryRpcAnswersEveryCertificateAsDocumented) {
  for (const rpc::Caller& caller : access::Everybody()) {
    if (caller.name == "stranger") continue;  // has no certificate of this authority
    const Visitor visitor{.caller = caller, .certificate = CertificateOf(caller), .token = {}};
    for (const Rpc& rpc : matrix_->rpcs()) ExpectDocumentedAnswers(rpc, visitor);
  }
}

TEST_F(AccessMatrixTest, EveryRpcAnswersEveryRoleOfATokenAsDocumented) {
  const std::map<std::string, std::string> tokens = {
      {"support", suite_->TokenFor("SUPPORT demo")},
      {"auditor", suite_->TokenFor("AUDITOR auditor")},
      {"workspace-admin", suite_->TokenFor("WORKSPACE_ADMIN dana acme")},
      {"workspace-member", suite_->TokenFor("WORKSPACE_MEMBER max acme")}};
  for (const rpc::Caller& caller : access::Everybody()) {
    const auto token = tokens.find(caller.kind);
    if (token == tokens.end()) continue;
    const Visitor visitor{.caller = caller, .certificate = {}, .token = token->second};
    for (const Rpc& rpc : matrix_->rpcs()) ExpectDocumentedAnswers(rpc, visitor);
  }
}

TEST_F(AccessMatrixTest, NobodyIsAnsweredWithoutCertificateAndToken) {
  for (const Rpc& rpc : matrix_->rpcs()) {
    // At the vault not even the handshake succeeds.
    const StatusCode expected =
        rpc.service == "credential-manager" ? StatusCode::UNAVAILABLE : StatusCode::UNAUTHENTICATED;
    EXPECT_EQ(Ask(rpc, {}, "acme"), expected) << rpc.name;
  }
}

TEST_F(AccessMatrixTest, ABadTokenSpoilsAGoodCertificate) {
  for (const Rpc& rpc : matrix_->rpcs()) {
    const Visitor visitor{.caller = {}, .certificate = "support-demo", .token = "a.b.c"};
    EXPECT_EQ(Ask(rpc, visitor, "acme"), StatusCode::UNAUTHENTICATED) << rpc.name;
  }
}

}  // namespace
}  // namespace callimport::e2e
