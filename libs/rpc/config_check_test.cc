#include "libs/rpc/config_check.h"

#include <gmock/gmock.h>

#include <functional>

#include "callimport/job_scheduler/v1/call_queue.pb.h"
#include "libs/common/errors.h"
#include "libs/testing/dev_certificates.h"
#include "libs/testing/status_matchers.h"

namespace callimport::rpc {
namespace {

using callimport::testing::IsOk;

constexpr char kPackage[] = "callimport.job_scheduler.v1";
constexpr char kQueue[] = "callimport.job_scheduler.v1.CallQueue";

class ConfigCheckTest : public ::testing::Test {
 protected:
  ConfigCheckTest() {
    // Known from here on, as in a service that serves it.
    EXPECT_NE(job_scheduler::v1::LeaseCallsRequest::descriptor(), nullptr);
    server_.set_address("127.0.0.1:7103");
    server_.set_metrics_address("[::1]:0");
    *server_.mutable_tls() = certificates_.Of("job-scheduler");
    AddRule(kQueue, "service/media-pipeline");
    peer_.set_address("127.0.0.1:7101");
    *peer_.mutable_tls() = certificates_.Of("job-scheduler");
  }

  AccessRule& AddRule(const std::string& rpcs, const std::string& callers) {
    AccessRule& rule = *server_.add_access();
    rule.set_rpcs(rpcs);
    rule.add_callers(callers);
    return rule;
  }

  // Of the server when it is changed so.
  absl::Status VerdictOn(const std::function<void(ServerConfig&)>& change) const {
    ServerConfig changed = server_;
    change(changed);
    return CheckServer(changed, kPackage);
  }

  const testing::DevCertificates certificates_;
  ServerConfig server_;
  PeerConfig peer_;
};

MATCHER_P(IsAbout, field, "") {
  return ReasonOf(arg) == "CONFIG_INVALID" &&
         std::string(arg.message()).starts_with(std::string(field) + ": ");
}

TEST_F(ConfigCheckTest, TakesWhatAServiceCanWorkWith) {
  AddRule(std::string(kQueue) + "/LeaseCalls", "workspace-admin/*");
  AddRule(std::string(kQueue) + "/RenewLeases", "support/auth0|6f1");

  EXPECT_THAT(CheckServer(server_, kPackage), IsOk());
  EXPECT_THAT(CheckPeer(peer_, "credential_manager"), IsOk());
}

TEST_F(ConfigCheckTest, WantsAHostAndAPortToListenAt) {
  for (const char* wrong : {"", "nowhere", "127.0.0.1", "127.0.0.1:", ":7101", "127.0.0.1:65536",
                            "127.0.0.1:-1", "127.0.0.1:71o1", "::1:7101", "a b:7101"}) {
    EXPECT_THAT(VerdictOn([&](ServerConfig& server) { server.set_address(wrong); }),
                IsAbout("server.address"))
        << wrong;
  }
  EXPECT_THAT(VerdictOn([](ServerConfig& server) { server.set_metrics_address("nowhere"); }),
              IsAbout("server.metrics_address"));
  EXPECT_THAT(VerdictOn([](ServerConfig& server) { server.clear_metrics_address(); }), IsOk());
}

TEST_F(ConfigCheckTest, WantsARuleToNameWhatIsServed) {
  for (const char* wrong :
       {"", "callimport.job_scheduler.v1.CallQueue/NoSuchRpc", "callimport.job_scheduler.v1.Queue",
        "callimport.job_scheduler.v1.CallQueue.LeaseCalls", "grpc.health.v1.Health"}) {
    EXPECT_THAT(VerdictOn([&](ServerConfig& server) { server.mutable_access(0)->set_rpcs(wrong); }),
                IsAbout("server.access[0].rpcs"))
        << wrong;
  }
  EXPECT_THAT(CheckServer(server_, "callimport.status_tracker.v1"),
              IsAbout("server.access[0].rpcs"));
}

TEST_F(ConfigCheckTest, WantsARuleToNameCallersThatThereCanBe) {
  for (const char* wrong : {"", "bogus", "bogus/*", "support", "support/", "/dana", "Support/*"}) {
    EXPECT_THAT(
        VerdictOn([&](ServerConfig& server) { server.mutable_access(0)->add_callers(wrong); }),
        IsAbout("server.access[0].callers[1]"))
        << wrong;
  }
}

TEST_F(ConfigCheckTest, LooksAtTheRestOfTheServer) {
  EXPECT_THAT(VerdictOn([](ServerConfig& server) { server.set_stop_grace_seconds(-1); }),
              IsAbout("server.stop_grace_seconds"));
  EXPECT_THAT(VerdictOn([](ServerConfig& server) { server.mutable_tls()->clear_key_file(); }),
              IsAbout("server.tls.key_file"));
  EXPECT_THAT(VerdictOn([](ServerConfig& server) { server.mutable_tokens(); }),
              IsAbout("server.tokens.jwks_file"));
}

TEST_F(ConfigCheckTest, SaysOfTokenKeysThatTheirFileIsNotThere) {
  TokenConfig& tokens = *server_.mutable_tokens();
  tokens.set_jwks_file("/nowhere/at/all.jwks");
  tokens.set_issuer("https://id.example");
  tokens.set_audience("callimport");

  EXPECT_EQ(CheckServer(server_, kPackage).message(),
            "server.tokens.jwks_file: /nowhere/at/all.jwks: cannot be read, or is empty");
}

TEST_F(ConfigCheckTest, SaysWhichPeerHasNoAddress) {
  for (const char* wrong : {"", "nowhere", "127.0.0.1:0", "ipv4:10.0.0.1:7101,10.0.0.2"}) {
    peer_.set_address(wrong);

    EXPECT_THAT(CheckPeer(peer_, "credential_manager"), IsAbout("credential_manager.address"))
        << wrong;
  }
  for (const char* fine : {"db.example:7101", "ipv4:10.0.0.1:7101,10.0.0.2:7101", "ipv6:[::1]:7101",
                           "dns:///vault.example:7101"}) {
    peer_.set_address(fine);

    EXPECT_THAT(CheckPeer(peer_, "credential_manager"), IsOk()) << fine;
  }
}

TEST_F(ConfigCheckTest, SaysWhichPeerHasNoCertificate) {
  peer_.mutable_tls()->set_certificate_file("/nowhere");

  EXPECT_THAT(CheckPeer(peer_, "adapter_gateway"), IsAbout("adapter_gateway.tls.certificate_file"));
}

}  // namespace
}  // namespace callimport::rpc
