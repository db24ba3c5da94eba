#include "libs/rpc/host.h"

#include <grpc/health/v1/health.pb.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <utility>
#include <vector>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/access_control.h"
#include "libs/rpc/authenticator.h"
#include "libs/rpc/caller_metadata.h"
#include "libs/rpc/credentials.h"
#include "libs/rpc/limits.h"
#include "libs/rpc/periodic_task.h"
#include "libs/rpc/rpc_metrics.h"
#include "libs/rpc/run_main.h"
#include "libs/rpc/stop_signals.h"
#include "libs/telemetry/log.h"
#include "libs/telemetry/metrics.h"

namespace callimport::rpc {
namespace {

constexpr int kDefaultGraceSeconds = 10;
constexpr std::chrono::seconds kLookForKeysEvery{1};

// Each running handler holds one. Rpcs beyond are refused with RESOURCE_EXHAUSTED.
constexpr int kMaxHandlerThreads = 1024;

// Once per process. Reflection can only describe health when its descriptor is linked in.
void PrepareGrpc() {
  static const bool prepared = [] {
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    return grpc::health::v1::HealthCheckRequest::descriptor() != nullptr;
  }();
  static_cast<void>(prepared);
}

void SetBounds(grpc::ServerBuilder& builder) {
  builder.SetResourceQuota(grpc::ResourceQuota("handlers").SetMaxThreads(kMaxHandlerThreads));
  builder.SetMaxReceiveMessageSize(kMaxMessageBytes);
  // Idle threads kept for the next rpc: making one for each would cost more than the rpc. Handlers
  // that share a commit all end at once.
  builder.SetSyncServerOption(grpc::ServerBuilder::SyncServerOption::MAX_POLLERS, 128);
  // Two processes on one port would silently share its connections.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                             kKeepaliveMs / 2);
}

void SetInterceptors(grpc::ServerBuilder& builder, std::shared_ptr<Authenticator> authenticator) {
  std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> creators;
  creators.push_back(MakeRpcMetrics());
  creators.push_back(MakeCallerMetadata(std::move(authenticator)));
  builder.experimental().SetInterceptorCreators(std::move(creators));
}

absl::StatusOr<std::shared_ptr<TokenReader>> OpenTokens(const ServerConfig& config) {
  if (!config.has_tokens()) return std::shared_ptr<TokenReader>();
  return TokenReader::Open(config.tokens(), "server.tokens");
}

std::shared_ptr<grpc::ServerCredentials> GuardedCredentials(
    const ServerConfig& config, const WatchedCertificates& certificates,
    std::shared_ptr<Authenticator> authenticator) {
  const auto clients = config.tokens().people_without_certificate() ? ClientCertificate::kOptional
                                                                    : ClientCertificate::kRequired;
  auto credentials = ServerCredentialsFrom(certificates, clients);
  std::vector<AccessRule> rules(config.access().begin(), config.access().end());
  credentials->SetAuthMetadataProcessor(
      MakeProcessor(AccessControl(std::move(rules)), std::move(authenticator)));
  return credentials;
}

}  // namespace

struct Host::State {
  absl::Status StartServer();
  absl::Status StartMetricsPage();
  void LookForNewKeys(const std::shared_ptr<TokenReader>& tokens);
  void StopServer();
  std::chrono::seconds grace() const;

  ServerConfig config;
  std::vector<grpc::Service*> services;
  std::vector<std::unique_ptr<PeriodicTask>> tasks;
  std::vector<std::function<void()>> stops;
  std::shared_ptr<WatchedCertificates> certificates;
  std::unique_ptr<grpc::Server> server;
  std::unique_ptr<metrics::Page> page;
  int port = 0;
};

absl::Status Host::State::StartServer() {
  if (config.address().empty()) return ConfigError("server.address", "is missing");
  ASSIGN_OR_RETURN(const auto tokens, OpenTokens(config));
  const auto authenticator = std::make_shared<Authenticator>(tokens);
  ASSIGN_OR_RETURN(certificates, WatchedCertificates::Open(config.tls(), "server.tls"));
  const auto credentials = GuardedCredentials(config, *certificates, authenticator);
  grpc::ServerBuilder builder;
  SetBounds(builder);
  SetInterceptors(builder, authenticator);
  builder.AddListeningPort(config.address(), credentials, &port);
  for (grpc::Service* service : services) builder.RegisterService(service);
  server = builder.BuildAndStart();
  if (server != nullptr && port != 0) {
    if (tokens != nullptr) LookForNewKeys(tokens);
    return absl::OkStatus();
  }
  server.reset();
  return Error(absl::StatusCode::kUnavailable, "ADDRESS_TAKEN",
               "server.address: cannot listen on " + config.address() +
                   "; it is no address of this machine, or another process holds the port");
}

void Host::State::LookForNewKeys(const std::shared_ptr<TokenReader>& tokens) {
  tasks.push_back(std::make_unique<PeriodicTask>(kLookForKeysEvery, "token-keys", [tokens] {
    tokens->LookAgain();
    return absl::OkStatus();
  }));
}

absl::Status Host::State::StartMetricsPage() {
  if (config.metrics_address().empty()) return absl::OkStatus();
  auto served = metrics::Page::Serve(config.metrics_address());
  if (!served.ok()) return AboutField("server.metrics_address", served.status());
  page = *std::move(served);
  return absl::OkStatus();
}

std::chrono::seconds Host::State::grace() const {
  const int seconds = config.stop_grace_seconds();
  return std::chrono::seconds(seconds > 0 ? seconds : kDefaultGraceSeconds);
}

void Host::State::StopServer() {
  if (server == nullptr) return;
  server->Shutdown(std::chrono::system_clock::now() + grace());
  server->Wait();
  server.reset();
}

Host::Host(ServerConfig config) : state_(std::make_unique<State>()) {
  BlockStopSignals();
  PrepareGrpc();
  state_->config = std::move(config);
}

Host::~Host() { Stop(); }

Host& Host::Serve(grpc::Service& service) {
  state_->services.push_back(&service);
  return *this;
}

Host& Host::RunEvery(std::chrono::milliseconds period, const std::string& name,
                     std::function<absl::Status()> task) {
  state_->tasks.push_back(std::make_unique<PeriodicTask>(period, name, std::move(task)));
  return *this;
}

Host& Host::OnStop(std::function<void()> stop) {
  state_->stops.push_back(std::move(stop));
  return *this;
}

absl::Status Host::Start() {
  if (state_->server != nullptr) return absl::OkStatus();
  RETURN_IF_ERROR(state_->StartMetricsPage());
  RETURN_IF_ERROR(state_->StartServer());
  for (const auto& task : state_->tasks) task->Start();
  log::Info("serving", {{"address", state_->config.address()}, {"port", state_->port}});
  return absl::OkStatus();
}

void Host::Stop() {
  if (state_->server == nullptr) return;
  state_->server->GetHealthCheckService()->Shutdown();
  for (const auto& task : state_->tasks) task->AskToStop();
  for (const auto& stop : state_->stops) stop();
  state_->StopServer();
  for (const auto& task : state_->tasks) task->Join();
  state_->page.reset();
  log::Info("stopped");
}

absl::Status Host::RunUntilSignalled() {
  RETURN_IF_ERROR(Start());
  const char* signal = WaitForStopSignal();
  log::Info("stopping", {{"signal", signal}});
  Stop();
  return absl::OkStatus();
}

int Host::port() const { return state_->port; }

}  // namespace callimport::rpc
