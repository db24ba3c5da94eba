#include "tools/callimport/session.h"

#include <google/protobuf/util/json_util.h>

#include <cstdlib>

#include "libs/common/errors.h"
#include "libs/common/ids.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/run_main.h"

namespace callimport::cli {
namespace {

constexpr char kDefaultConfig[] = "deploy/config/callimport.json";

// The flag, else the variable, else the default.
std::string Choose(const Arguments& arguments, const std::string& flag, const char* variable,
                   const std::string& otherwise) {
  if (const auto value = arguments.Value(flag)) return *value;
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0' ? value : otherwise;
}

}  // namespace

absl::StatusOr<Session> Session::Open(const Arguments& arguments, Terminal& terminal) {
  Session session;
  session.terminal_ = &terminal;
  session.json_ = arguments.Has("--json");
  const std::string file = Choose(arguments, "--config", "CALLIMPORT_CONFIG", kDefaultConfig);
  RETURN_IF_ERROR(rpc::ReadConfig(file, session.config_));
  session.workspace_ =
      Choose(arguments, "--workspace", "CALLIMPORT_WORKSPACE", session.config_.workspace());
  if (!IsWorkspaceId(session.workspace_)) {
    return UsageError("--workspace: \"" + session.workspace_ +
                      "\" must be 1 to 64 letters, digits, '-', '_' or '.'");
  }
  return session;
}

void Session::PrintJson(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string json;
  // It fails only for an Any of an unknown type, and there is none in our protos.
  if (google::protobuf::util::MessageToJsonString(message, &json, options).ok()) {
    out() << json << std::endl;
  }
}

absl::StatusOr<std::shared_ptr<grpc::Channel>> Session::Connect(const std::string& address,
                                                                const std::string& service) const {
  if (address.empty()) {
    return Error(absl::StatusCode::kInvalidArgument, "CONFIG_INVALID",
                 "the configuration does not say where " + service + " answers");
  }
  rpc::PeerConfig peer;
  peer.set_address(address);
  peer.set_service(service);
  *peer.mutable_tls() = config_.tls();
  return rpc::Connect(peer);
}

absl::StatusOr<std::unique_ptr<credential_manager::v1::CredentialAdmin::Stub>>
Session::Credentials() {
  ASSIGN_OR_RETURN(const auto channel, Connect(config_.credential_manager(), "credential-manager"));
  return credential_manager::v1::CredentialAdmin::NewStub(channel);
}

absl::StatusOr<std::unique_ptr<adapter_gateway::v1::Connections::Stub>> Session::Connections() {
  ASSIGN_OR_RETURN(const auto channel, Connect(config_.adapter_gateway(), "adapter-gateway"));
  return adapter_gateway::v1::Connections::NewStub(channel);
}

absl::StatusOr<std::unique_ptr<adapter_gateway::v1::OAuthConnections::Stub>> Session::Approvals() {
  ASSIGN_OR_RETURN(const auto channel, Connect(config_.adapter_gateway(), "adapter-gateway"));
  return adapter_gateway::v1::OAuthConnections::NewStub(channel);
}

absl::StatusOr<std::unique_ptr<adapter_gateway::v1::Records::Stub>> Session::Records() {
  ASSIGN_OR_RETURN(const auto channel, Connect(config_.adapter_gateway(), "adapter-gateway"));
  return adapter_gateway::v1::Records::NewStub(channel);
}

absl::StatusOr<std::unique_ptr<job_scheduler::v1::JobScheduler::Stub>> Session::Jobs() {
  ASSIGN_OR_RETURN(const auto channel, Connect(config_.job_scheduler(), "job-scheduler"));
  return job_scheduler::v1::JobScheduler::NewStub(channel);
}

absl::StatusOr<std::unique_ptr<job_scheduler::v1::Sources::Stub>> Session::Sources() {
  ASSIGN_OR_RETURN(const auto channel, Connect(config_.job_scheduler(), "job-scheduler"));
  return job_scheduler::v1::Sources::NewStub(channel);
}

absl::StatusOr<std::unique_ptr<job_scheduler::v1::MassImports::Stub>> Session::MassImports() {
  ASSIGN_OR_RETURN(const auto channel, Connect(config_.job_scheduler(), "job-scheduler"));
  return job_scheduler::v1::MassImports::NewStub(channel);
}

absl::StatusOr<std::unique_ptr<job_scheduler::v1::Workspaces::Stub>> Session::Workspaces() {
  ASSIGN_OR_RETURN(const auto channel, Connect(config_.job_scheduler(), "job-scheduler"));
  return job_scheduler::v1::Workspaces::NewStub(channel);
}

absl::StatusOr<std::unique_ptr<media_pipeline::v1::Engagements::Stub>> Session::Engagements() {
  ASSIGN_OR_RETURN(const auto channel, Connect(config_.media_pipeline(), "media-pipeline"));
  return media_pipeline::v1::Engagements::NewStub(channel);
}

absl::StatusOr<std::unique_ptr<media_pipeline::v1::Uploads::Stub>> Session::Uploads() {
  ASSIGN_OR_RETURN(const auto channel, Connect(config_.media_pipeline(), "media-pipeline"));
  return media_pipeline::v1::Uploads::NewStub(channel);
}

absl::StatusOr<std::unique_ptr<status_tracker::v1::Progress::Stub>> Session::Progress() {
  ASSIGN_OR_RETURN(const auto channel, Connect(config_.status_tracker(), "status-tracker"));
  return status_tracker::v1::Progress::NewStub(channel);
}

}  // namespace callimport::cli
