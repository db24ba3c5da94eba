// Who may talk to whom, over real handshakes.
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <thread>

#include "callimport/job_scheduler/v1/job_events.grpc.pb.h"
#include "libs/rpc/answer.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/credentials.h"
#include "libs/rpc/host.h"
#include "libs/rpc/invoke.h"
#include "libs/telemetry/metrics.h"
#include "libs/testing/rpc_server.h"
#include "libs/testing/status_matchers.h"

namespace callimport::rpc {
namespace {

namespace fs = std::filesystem;
namespace v1 = callimport::job_scheduler::v1;
using callimport::testing::Allow;
using callimport::testing::DevCertificates;
using callimport::testing::HasCode;
using callimport::testing::HasReason;
using callimport::testing::IsOk;
using callimport::testing::RpcServer;
using std::chrono::milliseconds;

class EventsService final : public v1::JobEvents::Service {
 public:
  grpc::Status GetProgressSnapshot(grpc::ServerContext* context,
                                   const v1::GetProgressSnapshotRequest*,
                                   v1::GetProgressSnapshotResponse* response) override {
    return Answer(*context, response, [&](const Caller& caller) {
      v1::GetProgressSnapshotResponse answer;
      answer.add_jobs()->set_job_id(caller.Identity());
      return absl::StatusOr<v1::GetProgressSnapshotResponse>(answer);
    });
  }
};

absl::StatusOr<v1::GetProgressSnapshotResponse> AskThrough(
    const std::shared_ptr<grpc::Channel>& channel) {
  const auto stub = v1::JobEvents::NewStub(channel);
  return Invoke(*stub, &v1::JobEvents::Stub::GetProgressSnapshot, v1::GetProgressSnapshotRequest(),
                {.timeout = milliseconds(3000)});
}

// A folder with certificates of its own, which a test may replace.
class Authority {
 public:
  Authority() : folder_(fs::path(::testing::TempDir()) / "certificates-XXXXXX") {
    EXPECT_NE(mkdtemp(folder_.data()), nullptr);
    Renew();
  }
  ~Authority() { fs::remove_all(folder_); }

  // Everything anew, the authority included.
  void Renew() {
    fs::remove_all(folder_ + "/.new");
    DevCertificates::MakeIn(folder_ + "/.new");
    for (const auto& file : fs::directory_iterator(folder_ + "/.new")) {
      fs::rename(file.path(), folder_ + "/" + file.path().filename().string());
    }
  }

  TlsConfig Of(const std::string& name) const { return DevCertificates::In(folder_, name); }

  // The list of all that were revoked so far, good for so many days.
  std::string RevocationsFor(int days) {
    Run("ca -gencrl -crldays " + std::to_string(days) + " -out revoked.pem");
    return folder_ + "/revoked.pem";
  }
  void Revoke(const std::string& name) { Run("ca -revoke " + name + ".pem"); }

 private:
  void Run(const std::string& command) {
    if (!fs::exists(folder_ + "/ca.cnf")) {
      std::ofstream(folder_ + "/ca.cnf") << "[ca]\ndefault_ca=own\n[own]\ndatabase=ca.index\n"
                                            "certificate=ca.pem\nprivate_key=ca.key\n"
                                            "default_md=sha256\n";
      std::ofstream(folder_ + "/ca.index").close();
    }
    const std::string all =
        "cd '" + folder_ + "' && openssl " + command + " -config ca.cnf >/dev/null 2>&1";
    EXPECT_EQ(std::system(all.c_str()), 0) << command;
  }

  std::string folder_;
};

// How often a server of this process has found broken files.
double FailedLooks() {
  const std::string page = metrics::Render();
  const std::string name = "reload_failures_total{file=\"certificates\"} ";
  const size_t place = page.find(name);
  return place == std::string::npos ? 0 : std::stod(page.substr(place + name.size()));
}

class CertificatesTest : public ::testing::Test {
 protected:
  EventsService service_;
  RpcServer server_{{&service_},
                    {Allow("callimport.job_scheduler.v1.JobEvents", "service/status-tracker")}};
};

TEST_F(CertificatesTest, TellTheHandlerWhoAsks) {
  const auto answer = AskThrough(server_.ChannelOf("status-tracker"));

  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->jobs(0).job_id(), "service/status-tracker");
}

TEST_F(CertificatesTest, OfAnotherAuthorityAreRefused) {
  const Authority stranger;
  PeerConfig peer = server_.PeerOf("status-tracker");
  const std::string ca = peer.tls().ca_file();
  *peer.mutable_tls() = stranger.Of("status-tracker");
  peer.mutable_tls()->set_ca_file(ca);

  EXPECT_THAT(AskThrough(*Connect(peer)), HasCode(absl::StatusCode::kUnavailable));
}

TEST_F(CertificatesTest, MustBeShownByClients) {
  grpc::SslCredentialsOptions options;
  std::ifstream ca(server_.PeerOf("status-tracker").tls().ca_file());
  options.pem_root_certs.assign(std::istreambuf_iterator<char>(ca), {});
  const auto channel = grpc::CreateChannel("127.0.0.1:" + std::to_string(server_.port()),
                                           grpc::SslCredentials(options));

  EXPECT_THAT(AskThrough(channel), HasCode(absl::StatusCode::kUnavailable));
}

TEST_F(CertificatesTest, LetNobodySpeakInClear) {
  const auto channel = grpc::CreateChannel("127.0.0.1:" + std::to_string(server_.port()),
                                           grpc::InsecureChannelCredentials());

  EXPECT_THAT(AskThrough(channel), HasCode(absl::StatusCode::kUnavailable));
}

TEST_F(CertificatesTest, OfAnotherServiceDoNotPassForTheOneAsked) {
  PeerConfig peer = server_.PeerOf("status-tracker");
  peer.set_service("credential-manager");
  EXPECT_THAT(AskThrough(*Connect(peer)), HasCode(absl::StatusCode::kUnavailable));

  peer.set_service("job-scheduler");
  EXPECT_THAT(AskThrough(*Connect(peer)), IsOk());
}

TEST_F(CertificatesTest, OfAPersonDoNotPassForAService) {
  RpcServer person({&service_}, {}, "support-demo");

  EXPECT_THAT(AskThrough(person.ChannelOf("status-tracker")),
              HasCode(absl::StatusCode::kUnavailable));
}

TEST_F(CertificatesTest, ThatCannotBeReadAreNamed) {
  PeerConfig peer = server_.PeerOf("status-tracker");
  peer.mutable_tls()->set_key_file("/nowhere.key");

  const auto channel = Connect(peer);

  EXPECT_THAT(channel, HasReason("CONFIG_INVALID"));
  EXPECT_EQ(std::string(channel.status().message()), "tls.key_file: cannot read /nowhere.key");
}

TEST_F(CertificatesTest, SeveralAddressesShareTheRpcs) {
  RpcServer second({&service_},
                   {Allow("callimport.job_scheduler.v1.JobEvents", "service/status-tracker")});
  PeerConfig peer = server_.PeerOf("status-tracker");
  peer.set_address("ipv4:127.0.0.1:" + std::to_string(server_.port()) +
                   ",127.0.0.1:" + std::to_string(second.port()));
  const auto channel = *Connect(peer);
  ASSERT_THAT(AskThrough(channel), IsOk());

  server_.Stop();

  EXPECT_THAT(AskThrough(channel), IsOk());
}

// Everybody asks until this is the answer, or patience ends.
absl::Status AskUntil(absl::StatusCode code, const std::function<absl::Status()>& ask) {
  absl::Status status = ask();
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (status.code() != code && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(milliseconds(20));
    status = ask();
  }
  return status;
}

absl::Status AskUntilOk(const std::function<absl::Status()>& ask) {
  return AskUntil(absl::StatusCode::kOk, ask);
}

// gRPC looks at them every second as long as a connection is left.
TEST_F(CertificatesTest, MayGoBeforeTheLastConnectionDoes) {
  const PeerConfig peer = server_.PeerOf("status-tracker");
  const auto open = [&] { return *WatchedCertificates::Open(peer.tls(), "tls"); };
  const auto lingering =
      grpc::CreateChannel(peer.address(), ChannelCredentialsFrom(*open(), peer.service()));
  ASSERT_THAT(AskThrough(lingering), IsOk());

  // Once later ones have been found gone, those of the channel have been looked at, too.
  const auto later = ChannelCredentialsFrom(*open(), peer.service());
  EXPECT_THAT(
      AskUntil(absl::StatusCode::kUnavailable,
               [&] { return AskThrough(grpc::CreateChannel(peer.address(), later)).status(); }),
      HasCode(absl::StatusCode::kUnavailable));

  EXPECT_THAT(AskThrough(lingering), IsOk());
}

class CertificateRotationTest : public ::testing::Test {
 protected:
  std::unique_ptr<Host> Serve(const std::string& address) {
    ServerConfig config;
    config.set_address(address);
    config.set_stop_grace_seconds(1);
    *config.mutable_tls() = server_tls_;
    *config.add_access() = Allow("callimport.job_scheduler.v1.JobEvents", "service/*");
    auto host = std::make_unique<Host>(config);
    host->Serve(service_);
    EXPECT_THAT(host->Start(), IsOk());
    return host;
  }
  PeerConfig PeerAt(const Host& host, const std::string& name = "status-tracker") const {
    PeerConfig peer;
    peer.set_address("127.0.0.1:" + std::to_string(host.port()));
    *peer.mutable_tls() = authority_.Of(name);
    return peer;
  }
  static absl::Status Ask(const PeerConfig& peer) { return AskThrough(*Connect(peer)).status(); }

  Authority authority_;
  TlsConfig server_tls_ = authority_.Of("job-scheduler");
  EventsService service_;
};

TEST_F(CertificateRotationTest, NewConnectionsSeeNewCertificatesAndOldOnesGoOn) {
  const auto host = Serve("127.0.0.1:0");
  const PeerConfig peer = PeerAt(*host);
  const auto old_connection = *Connect(peer);
  ASSERT_THAT(AskThrough(old_connection), IsOk());

  authority_.Renew();

  // New channels read the new authority at once; the server finds it at its next look.
  EXPECT_THAT(AskUntilOk([&] { return AskThrough(*Connect(peer)).status(); }), IsOk());
  EXPECT_THAT(AskThrough(old_connection), IsOk());
}

TEST_F(CertificateRotationTest, AChannelShowsItsNewCertificateWhenItConnectsAgain) {
  auto host = Serve("127.0.0.1:0");
  const PeerConfig peer = PeerAt(*host);
  const auto channel = *Connect(peer);
  ASSERT_THAT(AskThrough(channel), IsOk());

  authority_.Renew();
  host.reset();
  host = Serve(peer.address());  // trusts the new authority alone

  EXPECT_THAT(AskUntilOk([&] { return AskThrough(channel).status(); }), IsOk());
}

TEST_F(CertificateRotationTest, WhatIsRevokedOpensNoMoreConnectionsWithoutARestart) {
  server_tls_.set_revocation_file(authority_.RevocationsFor(30));
  const auto host = Serve("127.0.0.1:0");
  const PeerConfig stolen = PeerAt(*host);
  const PeerConfig other = PeerAt(*host, "media-pipeline");
  ASSERT_THAT(Ask(stolen), IsOk());

  // OpenSSL tells lists apart by their seconds.
  authority_.Revoke("status-tracker");
  const auto newer = std::chrono::steady_clock::now() + milliseconds(1'100);
  bool listed = false;
  const absl::Status refused = AskUntilOk([&] {
    if (!listed && std::chrono::steady_clock::now() > newer) {
      authority_.RevocationsFor(30);
      listed = true;
    }
    return Ask(stolen).ok() ? absl::UnavailableError("still let in") : absl::OkStatus();
  });

  EXPECT_THAT(refused, IsOk());
  EXPECT_THAT(Ask(stolen), HasCode(absl::StatusCode::kUnavailable));
  EXPECT_THAT(Ask(other), IsOk());
}

TEST_F(CertificateRotationTest, ClientsRefuseServersThatAreRevoked) {
  const auto host = Serve("127.0.0.1:0");
  PeerConfig peer = PeerAt(*host);
  authority_.Revoke("media-pipeline");
  peer.mutable_tls()->set_revocation_file(authority_.RevocationsFor(30));
  EXPECT_THAT(Ask(peer), IsOk());

  authority_.Revoke("job-scheduler");
  authority_.RevocationsFor(30);

  EXPECT_THAT(Ask(peer), HasCode(absl::StatusCode::kUnavailable));
}

TEST_F(CertificateRotationTest, RevocationsThatWouldShutEverybodyOutAreNotTakenOver) {
  TlsConfig tls = authority_.Of("job-scheduler");
  PeerConfig peer;
  peer.set_address("127.0.0.1:1");
  const auto problem = [&](const std::string& file) {
    *peer.mutable_tls() = tls;
    peer.mutable_tls()->set_revocation_file(file);
    return std::string(Connect(peer).status().message());
  };
  Authority stranger;

  EXPECT_EQ(problem(authority_.RevocationsFor(30)), "");
  EXPECT_EQ(problem(stranger.RevocationsFor(30)),
            "tls.revocation_file: a list is signed by none of ca_file");
  EXPECT_EQ(problem(tls.ca_file()), "tls.revocation_file: holds no revocation list in PEM");
  EXPECT_EQ(problem("/nowhere"), "tls.revocation_file: cannot read /nowhere");
}

TEST_F(CertificateRotationTest, BrokenCertificatesLeaveTheOldOnesInPlace) {
  const auto host = Serve("127.0.0.1:0");
  const PeerConfig peer = PeerAt(*host);
  const double before = FailedLooks();

  std::ofstream(authority_.Of("job-scheduler").certificate_file()) << "not a certificate";
  std::ofstream(authority_.Of("job-scheduler").key_file()) << "";
  ASSERT_THAT(AskUntilOk([&] {
                return FailedLooks() > before ? absl::OkStatus() : absl::UnavailableError("wait");
              }),
              IsOk());

  EXPECT_THAT(AskThrough(*Connect(peer)), IsOk());
}

}  // namespace
}  // namespace callimport::rpc
