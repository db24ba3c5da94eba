// What every command works with: the configuration, the services, and where to write.
#pragma once

#include <google/protobuf/message.h>
#include <grpcpp/channel.h>

#include <memory>
#include <ostream>
#include <string>

#include "absl/status/statusor.h"
#include "callimport/adapter_gateway/v1/connections.grpc.pb.h"
#include "callimport/adapter_gateway/v1/oauth_connections.grpc.pb.h"
#include "callimport/adapter_gateway/v1/records.grpc.pb.h"
#include "callimport/credential_manager/v1/credential_admin.grpc.pb.h"
#include "callimport/job_scheduler/v1/job_scheduler.grpc.pb.h"
#include "callimport/job_scheduler/v1/mass_imports.grpc.pb.h"
#include "callimport/job_scheduler/v1/sources.grpc.pb.h"
#include "callimport/job_scheduler/v1/workspaces.grpc.pb.h"
#include "callimport/media_pipeline/v1/engagements.grpc.pb.h"
#include "callimport/media_pipeline/v1/uploads.grpc.pb.h"
#include "callimport/status_tracker/v1/progress.grpc.pb.h"
#include "tools/callimport/command_line.h"
#include "tools/callimport/config.pb.h"
#include "tools/callimport/terminal.h"

namespace callimport::cli {

class Session {
 public:
  // Reads the configuration: --config, else CALLIMPORT_CONFIG, else deploy/config/callimport.json.
  static absl::StatusOr<Session> Open(const Arguments& arguments, Terminal& terminal);

  const std::string& workspace() const { return workspace_; }
  Terminal& terminal() { return *terminal_; }
  std::ostream& out() { return terminal_->out(); }

  // --json: one object a line instead of text for people.
  bool json() const { return json_; }
  void PrintJson(const google::protobuf::Message& message);

  // Connections are made when they are needed first.
  absl::StatusOr<std::unique_ptr<credential_manager::v1::CredentialAdmin::Stub>> Credentials();
  absl::StatusOr<std::unique_ptr<adapter_gateway::v1::Connections::Stub>> Connections();
  absl::StatusOr<std::unique_ptr<adapter_gateway::v1::OAuthConnections::Stub>> Approvals();
  absl::StatusOr<std::unique_ptr<adapter_gateway::v1::Records::Stub>> Records();
  absl::StatusOr<std::unique_ptr<job_scheduler::v1::JobScheduler::Stub>> Jobs();
  absl::StatusOr<std::unique_ptr<job_scheduler::v1::Sources::Stub>> Sources();
  absl::StatusOr<std::unique_ptr<job_scheduler::v1::MassImports::Stub>> MassImports();
  absl::StatusOr<std::unique_ptr<job_scheduler::v1::Workspaces::Stub>> Workspaces();
  absl::StatusOr<std::unique_ptr<media_pipeline::v1::Engagements::Stub>> Engagements();
  absl::StatusOr<std::unique_ptr<media_pipeline::v1::Uploads::Stub>> Uploads();
  absl::StatusOr<std::unique_ptr<status_tracker::v1::Progress::Stub>> Progress();

 private:
  absl::StatusOr<std::shared_ptr<grpc::Channel>> Connect(const std::string& address,
                                                         const std::string& service) const;

  Config config_;
  std::string workspace_;
  Terminal* terminal_ = nullptr;
  bool json_ = false;
};

}  // namespace callimport::cli
