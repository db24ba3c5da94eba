#include "libs/rpc/host.h"

#include <grpc/grpc.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <signal.h>

#include <utility>
#include <vector>

#include "grpc/health/v1/health.pb.h"
#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/access_control.h"
#include "libs/rpc/periodic_task.h"
#include "libs/rpc/rpc_metrics.h"
#include "libs/rpc/run_main.h"
#include "libs/rpc/tls.h"
#include "libs/telemetry/log.h"
#include "libs/telemetry/metrics.h"

namespace callimport::rpc {
namespace {

constexpr int kMaxMessageBytes = 16 << 20;
constexpr int kMaxThreads = 1024;
constexpr int kDefaultGraceSeconds = 10;

void EnableHealthAndReflection() {
  // Mentioning the message keeps its descriptor in the binary, where reflection finds it.
  (void)grpc::health::v1::HealthCheckRequest::descriptor();
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
}

void WaitForStopSignal() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  int signal_number = 0;
  sigwait(&signals, &signal_number);
}

}  // namespace

struct Host::State {
  ServerConfig config;
  std::vector<grpc::Service*> services;
  std::vector<std::unique_ptr<PeriodicTask>> tasks;
  std::vector<std::function<void()>> stops;
  std::unique_ptr<metrics::Page> metrics_page;
  std::unique_ptr<grpc::Server> server;
  int port = 0;

  absl::Status Listen();
  void Configure(grpc::ServerBuilder& builder);
  std::chrono::seconds Grace() const {
    return std::chrono::seconds(config.stop_grace_seconds() > 0 ? config.stop_grace_seconds()
                                                                : kDefaultGraceSeconds);
  }
};

void Host::State::Configure(grpc::ServerBuilder& builder) {
  for (grpc::Service* service : services) builder.RegisterService(service);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 30'000);
  builder.SetMaxReceiveMessageSize(kMaxMessageBytes);
  builder.SetResourceQuota(grpc::ResourceQuota("server").SetMaxThreads(kMaxThreads));
  // Idle threads kept for the next rpc: making one for each would cost more than the rpc.
  builder.SetSyncServerOption(grpc::ServerBuilder::SyncServerOption::MIN_POLLERS, 2);
  builder.SetSyncServerOption(grpc::ServerBuilder::SyncServerOption::MAX_POLLERS, 16);
  std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> interceptors;
  interceptors.push_back(MakeRpcMetrics());
  builder.experimental().SetInterceptorCreators(std::move(interceptors));
}

absl::Status Host::State::Listen() {
  if (config.address().empty()) return ConfigError("server.address", "is missing");
  ASSIGN_OR_RETURN(const auto credentials, ServerCredentials(config.tls()));
  credentials->SetAuthMetadataProcessor(
      MakeProcessor(AccessControl({config.access().begin(), config.access().end()})));
  EnableHealthAndReflection();
  grpc::ServerBuilder builder;
  Configure(builder);
  builder.AddListeningPort(config.address(), credentials, &port);
  server = builder.BuildAndStart();
  if (server && port != 0) return absl::OkStatus();
  return Error(absl::StatusCode::kUnavailable, "ADDRESS_TAKEN",
               "cannot listen at " + config.address());
}

Host::Host(ServerConfig config) : state_(std::make_unique<State>()) {
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
  if (!state_->config.metrics_address().empty()) {
    ASSIGN_OR_RETURN(state_->metrics_page, metrics::Page::Serve(state_->config.metrics_address()));
  }
  RETURN_IF_ERROR(state_->Listen());
  for (const auto& task : state_->tasks) task->Start();
  log::Info("serving", {{"address", state_->config.address()}, {"port", state_->port}});
  return absl::OkStatus();
}

void Host::Stop() {
  if (!state_->server) return;
  log::Info("stopping");
  if (auto* health = state_->server->GetHealthCheckService()) health->Shutdown();
  for (const auto& stop : state_->stops) stop();
  state_->server->Shutdown(std::chrono::system_clock::now() + state_->Grace());
  state_->server->Wait();
  for (const auto& task : state_->tasks) task->Stop();
  state_->server.reset();
  log::Info("stopped");
}

absl::Status Host::RunUntilSignalled() {
  RETURN_IF_ERROR(Start());
  WaitForStopSignal();
  Stop();
  return absl::OkStatus();
}

int Host::port() const { return state_->port; }

}  // namespace callimport::rpc
