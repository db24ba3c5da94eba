#include "tests/e2e/suite.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <ranges>
#include <stdexcept>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/synchronization/mutex.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "libs/http/curl_http_client.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/invoke.h"

namespace callimport::e2e {
namespace {

namespace fs = std::filesystem;

constexpr auto kStartPatience = 30s;
constexpr auto kStopPatience = 8s;  // less than the grace that hanging connections would use up
constexpr size_t kShownLog = 6'000;

const fs::path& SourceDir() {
  static const fs::path folder = CALLIMPORT_SOURCE_DIR;
  return folder;
}

fs::path NewFolder() {
  std::string name = (fs::temp_directory_path() / "callimport-e2e-XXXXXX").string();
  if (!mkdtemp(name.data())) throw std::runtime_error("cannot make " + name);
  return name;
}

void RunScript(const std::string& script, const fs::path& folder) {
  const std::string command = (SourceDir() / script).string() + " " + folder.string();
  if (std::system((command + " >/dev/null").c_str()) != 0) {
    throw std::runtime_error("failed: " + command);
  }
}

std::string Content(const fs::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// Every platform that is imported from is the fake one.
Json OverrideOf(const std::string& platform, int vendor_port, bool keep_limits) {
  const std::string port = std::to_string(vendor_port);
  Json change = {{"platform", platform},
                 {"allowed_hosts", {"127.0.0.1:" + port, "localhost:" + port, kNobodyListens}},
                 {"allow_http", true},
                 {"base_url", "http://127.0.0.1:" + port}};
  if (!keep_limits) {
    change["rate_windows"] = {{{"limit", 1'000'000}, {"period_seconds", 1}}};
    change["concurrent_downloads"] = 64;
  }
  return change;
}

std::map<std::string, std::vector<std::string>> NamesOfReplicas(
    const std::map<std::string, int>& replicas) {
  std::map<std::string, std::vector<std::string>> names;
  for (const std::string& service : kServices) {
    names[service] = {service};
    const auto several = replicas.find(service);
    const int processes = several == replicas.end() ? 1 : several->second;
    for (int number = 2; number <= processes; ++number) {
      names[service].push_back(absl::StrCat(service, "-", number));
    }
  }
  return names;
}

std::vector<std::string> AllOf(const std::map<std::string, std::vector<std::string>>& replicas) {
  std::vector<std::string> all;
  for (const auto& [service, names] : replicas) all.insert(all.end(), names.begin(), names.end());
  return all;
}

std::string LocalAddress(int port) { return absl::StrCat("127.0.0.1:", port); }

void OpenGateway(Json& config, int vendor_port, bool keep_limits) {
  config["platforms"] = Json::array();
  for (const char* platform : {"gong", "openphone", "retreaver"}) {
    config["platforms"].push_back(OverrideOf(platform, vendor_port, keep_limits));
  }
  // Their ports are the same for everybody; tests that need them patch them.
  config.erase("oauth_return");
  config.erase("webhooks");
}

}  // namespace

SuiteOptions QuickCalls(uint64_t calls) {
  SuiteOptions options;
  options.vendors.gong.book.calls = calls;
  options.vendors.gong.book.no_transcript_share = 0;
  options.vendors.gong.book.from = Timestamp(std::chrono::hours(491'000));  // January 2026
  options.vendors.gong.noise_bytes = 65'536;
  return options;
}

SuiteOptions SpokenCalls(uint64_t calls, double no_transcript_share) {
  SuiteOptions options = QuickCalls(calls);
  options.vendors.gong.noise_bytes = std::nullopt;
  options.vendors.gong.book.no_transcript_share = no_transcript_share;
  return options;
}

Suite::Suite(const SuiteOptions& options)
    : folder_(NewFolder()),
      replicas_(NamesOfReplicas(options.replicas)),
      programs_(options.programs),
      ports_(PickPorts(AllOf(replicas_))) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  auto vendors = fake_vendors::FakeVendors::Start(options.vendors);
  if (!vendors.ok()) throw std::runtime_error(std::string(vendors.status().message()));
  vendors_ = *std::move(vendors);
  Prepare();
  WriteConfigs(options);
  for (const std::string& service : options.services) {
    for (const std::string& process : ReplicasOf(service)) Start(process);
  }
}

Suite::~Suite() {
  for (auto& [name, process] : processes_) process->Kill();
  if (::testing::Test::HasFailure()) {
    for (const auto& [name, process] : processes_) {
      const std::string log = LogOf(name);
      std::cerr << "--- the end of " << name << "'s log\n"
                << log.substr(log.size() - std::min(log.size(), kShownLog)) << "\n";
    }
  }
  std::error_code ignored;
  if (!std::getenv("CALLIMPORT_KEEP")) fs::remove_all(folder_, ignored);
}

void Suite::Prepare() {
  RunScript("deploy/certs/make-dev-certs.sh", folder_ / "certs");
  RunScript("deploy/local/make-keys.sh", folder_ / "keys");
  database_ = std::make_unique<Database>((SourceDir() / "deploy/postgres/roles.sql").string());
}

void Suite::WriteConfigs(const SuiteOptions& options) {
  const Surroundings surroundings{
      .source_dir = SourceDir().string(),
      .var_dir = folder_.string(),
      .ports = ports_,
      .connection_of = [this](const std::string& role) { return database_->ConnectionOf(role); }};
  for (const std::string& service : options.services) {
    Json config = RenderConfig(service, surroundings);
    if (service == "adapter-gateway") {
      OpenGateway(config, vendors_->port(), options.keep_vendor_limits);
    }
    if (service == "media-pipeline") config["object_dir"] = ObjectDir();
    if (options.patch) options.patch(service, config);
    WriteConfig(service, std::move(config));
  }
}

void Suite::WriteConfig(const std::string& service, Json config) {
  for (const std::string& asked : kServices) {
    std::string peer = asked;
    std::ranges::replace(peer, '-', '_');
    const bool several = ReplicasOf(asked).size() > 1;
    if (several && config.contains(peer)) config[peer]["address"] = AddressOf(asked);
  }
  for (const std::string& process : ReplicasOf(service)) {
    if (process != service) {
      config["server"]["address"] = LocalAddress(ports_.at(process).rpc);
      config["server"]["metrics_address"] = LocalAddress(ports_.at(process).metrics);
    }
    std::ofstream(ConfigFileOf(process)) << config.dump(2);
  }
}

std::string Suite::AddressOf(const std::string& service) const {
  std::vector<std::string> addresses;
  for (const std::string& process : ReplicasOf(service)) {
    addresses.push_back(LocalAddress(ports_.at(process).rpc));
  }
  return absl::StrCat(addresses.size() > 1 ? "ipv4:" : "", absl::StrJoin(addresses, ","));
}

std::string Suite::ProgramOf(const std::string& name) {
  return (fs::read_symlink("/proc/self/exe").parent_path() / name).string();
}

std::string Suite::ConfigFileOf(const std::string& service) const {
  return (folder_ / (service + ".json")).string();
}

std::string Suite::LogOf(const std::string& service) const {
  return Content(folder_ / (service + ".log"));
}

void Suite::Start(const std::string& name) {
  const auto service = std::ranges::find_if(
      replicas_, [&](const auto& of) { return std::ranges::count(of.second, name) > 0; });
  const auto program = programs_.find(service->first);
  processes_[name] = std::make_unique<Process>(
      ProgramOf(program == programs_.end() ? service->first : program->second),
      std::vector<std::string>{"--config=" + ConfigFileOf(name)}, folder_.string(),
      (folder_ / (name + ".log")).string());
  AwaitHealth(name);
}

void Suite::AwaitHealth(const std::string& service) {
  const bool healthy = Eventually(
      kStartPatience, [&] { return !processes_.at(service)->IsRunning() || IsHealthy(service); });
  if (!healthy || !processes_.at(service)->IsRunning()) {
    throw std::runtime_error(service + " did not start: " + LogOf(service));
  }
}

bool Suite::IsHealthy(const std::string& service) {
  namespace health = grpc::health::v1;
  const auto stub =
      health::Health::NewStub(ConnectTo(LocalAddress(ports_.at(service).rpc), "support-demo"));
  const auto answer = rpc::Invoke(*stub, &health::Health::Stub::Check, health::HealthCheckRequest(),
                                  {.timeout = 1s, .attempts = 1});
  return answer.ok() && answer->status() == health::HealthCheckResponse::SERVING;
}

void Suite::Kill(const std::string& service) { processes_.at(service)->Kill(); }

std::optional<int> Suite::Stop(const std::string& service) {
  processes_.at(service)->Terminate();
  return processes_.at(service)->WaitForExit(kStopPatience);
}

std::shared_ptr<grpc::Channel> Suite::ChannelTo(const std::string& service,
                                                const std::string& certificate) {
  return ConnectTo(AddressOf(service), certificate);
}

std::shared_ptr<grpc::Channel> Suite::ConnectTo(const std::string& address,
                                                const std::string& certificate) {
  const std::string base = (folder_ / "certs" / certificate).string();
  rpc::PeerConfig peer;
  peer.set_address(address);
  peer.mutable_tls()->set_certificate_file(base + ".pem");
  peer.mutable_tls()->set_key_file(base + ".key");
  peer.mutable_tls()->set_ca_file((folder_ / "certs" / "ca.pem").string());
  auto channel = rpc::Connect(peer);
  if (!channel.ok()) throw std::runtime_error(std::string(channel.status().message()));
  return *std::move(channel);
}

std::shared_ptr<grpc::Channel> Suite::ChannelWithoutCertificate(const std::string& service) {
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = Content(folder_ / "certs" / "ca.pem");
  return grpc::CreateChannel("127.0.0.1:" + std::to_string(ports_.at(service).rpc),
                             grpc::SslCredentials(options));
}

std::string Suite::TokenFor(const std::string& role_and_name) const {
  const fs::path file = folder_ / "token";
  const std::string command = "CALLIMPORT_CERTS=" + (folder_ / "certs").string() + " " +
                              (SourceDir() / "deploy/certs/make-dev-token.sh").string() + " " +
                              role_and_name + " >" + file.string();
  if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
  std::ifstream stream(file);
  std::string token;
  std::getline(stream, token);
  return token;
}

std::string Suite::MetricsOf(const std::string& service) const {
  http::CurlHttpClient client;
  const auto page = client.Send(
      {.url = "http://127.0.0.1:" + std::to_string(ports_.at(service).metrics) + "/metrics"});
  if (!page.ok()) throw std::runtime_error(page.status().ToString());
  return page->body;
}

Client Suite::ClientFor(const std::string& workspace, const std::string& certificate) {
  return {[&](const std::string& service) { return ChannelTo(service, certificate); }, workspace};
}

std::string Suite::ConnectGong(Client& client) {
  const auto connected =
      client.Connect(vendors_->base_url(), "fake-access-key", "fake-access-key-secret");
  if (!connected.ok()) throw std::runtime_error(connected.status().ToString());
  return connected->credential_id();
}

}  // namespace callimport::e2e
