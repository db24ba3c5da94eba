// The whole suite for one test: real processes of the five services on a database, keys,
// certificates and ports of their own, and fake vendors inside the test. Nothing is left when it is
// destroyed.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "tests/e2e/client.h"
#include "tests/e2e/database.h"
#include "tests/e2e/process.h"
#include "tests/e2e/service_config.h"
#include "tests/fake_vendors/fake_vendors.h"

namespace callimport::e2e {

// The gateway may ask it, as it may the fake vendors.
inline constexpr char kNobodyListens[] = "127.0.0.1:1";

struct SuiteOptions {
  fake_vendors::Options vendors;
  // The gateway keeps Gong's real limits (3 a second, 10,000 a day) unless this is false.
  bool keep_vendor_limits = false;
  // What runs.
  std::vector<std::string> services = kServices;
  // Services that another program stands for than the one of their name.
  std::map<std::string, std::string> programs;
  // Services of which several processes run: "job-scheduler" and 3 make "job-scheduler",
  // "job-scheduler-2" and "job-scheduler-3", each of which is started and killed by its name.
  // Whoever asks the service asks any of them.
  std::map<std::string, int> replicas;
  // More to change in the services' configurations.
  Patch patch;
};

// So many calls whose recordings are small noise, each with a transcript.
SuiteOptions QuickCalls(uint64_t calls);
// So many calls of speech; some have no transcript at the source.
SuiteOptions SpokenCalls(uint64_t calls, double no_transcript_share);

class Suite {
 public:
  // Everything runs and is healthy; throws with the reason otherwise.
  explicit Suite(const SuiteOptions& options);
  // Shows the logs when the test has failed.
  ~Suite();

  fake_vendors::FakeVendors& vendors() { return *vendors_; }

  // The certificates are those of deploy/certs: "support-demo", "workspace-admin-acme" ...
  Client ClientFor(const std::string& workspace, const std::string& certificate = "support-demo");
  std::shared_ptr<grpc::Channel> ChannelTo(const std::string& service,
                                           const std::string& certificate);
  // The names of its processes; mostly one, which is called like the service.
  const std::vector<std::string>& ReplicasOf(const std::string& service) const {
    return replicas_.at(service);
  }
  // For those who come by a token.
  std::shared_ptr<grpc::Channel> ChannelWithoutCertificate(const std::string& service);
  // Of deploy/certs/make-dev-token.sh: "SUPPORT dana", "WORKSPACE_ADMIN dana acme".
  std::string TokenFor(const std::string& role_and_name) const;
  // Connects this workspace with the fake Gong.
  std::string ConnectGong(Client& client);

  void Start(const std::string& name);
  // What is started the next time in place of the service.
  void UseProgram(const std::string& service, const std::string& program) {
    programs_[service] = program;
  }
  void Kill(const std::string& service);
  // SIGTERM; gives the exit code.
  std::optional<int> Stop(const std::string& service);
  Process& ProcessOf(const std::string& service) { return *processes_.at(service); }

  bool IsHealthy(const std::string& service);
  // Everything that the service has written so far.
  std::string LogOf(const std::string& service) const;
  std::string ConfigFileOf(const std::string& service) const;
  // What the service's metrics page shows now.
  std::string MetricsOf(const std::string& service) const;
  Database& database() { return *database_; }
  const std::filesystem::path& folder() const { return folder_; }
  std::string ObjectDir() const { return (folder_ / "objects").string(); }
  // Path of a program that was built with this test.
  static std::string ProgramOf(const std::string& name);

 private:
  void Prepare();
  void WriteConfigs(const SuiteOptions& options);
  void WriteConfig(const std::string& service, Json config);
  // "127.0.0.1:17001", or "ipv4:127.0.0.1:17001,127.0.0.1:17003" of several.
  std::string AddressOf(const std::string& service) const;
  std::shared_ptr<grpc::Channel> ConnectTo(const std::string& address,
                                           const std::string& certificate);
  void AwaitHealth(const std::string& service);

  std::filesystem::path folder_;
  std::unique_ptr<fake_vendors::FakeVendors> vendors_;
  std::unique_ptr<Database> database_;
  const std::map<std::string, std::vector<std::string>> replicas_;  // by service
  std::map<std::string, std::string> programs_;                     // by service
  std::map<std::string, Ports> ports_;                              // by process
  std::map<std::string, std::unique_ptr<Process>> processes_;
};

}  // namespace callimport::e2e
