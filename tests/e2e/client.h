// What a person or a program outside asks the suite for, over mTLS.
#pragma once

#include <grpcpp/channel.h>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "callimport/adapter_gateway/v1/connections.grpc.pb.h"
#include "callimport/credential_manager/v1/credential_admin.grpc.pb.h"
#include "callimport/job_scheduler/v1/job_scheduler.grpc.pb.h"
#include "callimport/media_pipeline/v1/engagements.grpc.pb.h"
#include "callimport/media_pipeline/v1/uploads.grpc.pb.h"
#include "callimport/status_tracker/v1/progress.grpc.pb.h"
#include "tests/e2e/eventually.h"

namespace callimport::e2e {

namespace gateway = callimport::adapter_gateway::v1;
namespace scheduler = callimport::job_scheduler::v1;
namespace pipeline = callimport::media_pipeline::v1;
namespace tracker = callimport::status_tracker::v1;
namespace vault = callimport::credential_manager::v1;
namespace words = callimport::common::v1;

using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;

using Channels = std::function<std::shared_ptr<grpc::Channel>(const std::string& service)>;

// Errors are those of the rpcs, with their reasons.
class Client {
 public:
  Client(const Channels& channel_to, std::string workspace);

  const std::string& workspace() const { return workspace_; }

  absl::StatusOr<gateway::ConnectWithApiKeyResponse> Connect(const std::string& base_url,
                                                             const std::string& key,
                                                             const std::string& secret);
  // By the fields that the platform's descriptor names.
  absl::StatusOr<gateway::ConnectWithApiKeyResponse> ConnectTo(
      const std::string& platform, const std::map<std::string, std::string>& fields);
  absl::StatusOr<std::vector<vault::Credential>> Credentials();

  absl::StatusOr<scheduler::PreviewImportResponse> Preview(const std::string& credential_id);
  absl::StatusOr<scheduler::ImportJob> CreateJob(const std::string& credential_id,
                                                 const std::string& request_id = "");
  // Any request, with a request id and this client's workspace filled in.
  absl::StatusOr<scheduler::ImportJob> Create(scheduler::CreateImportJobRequest request);
  absl::StatusOr<scheduler::ImportJob> GetJob(const std::string& job_id);
  absl::StatusOr<std::vector<scheduler::ImportJob>> Jobs();
  absl::StatusOr<std::vector<scheduler::ImportCall>> Calls(const std::string& job_id);
  absl::StatusOr<scheduler::ImportJob> Cancel(const std::string& job_id);
  absl::StatusOr<scheduler::ImportJob> Pause(const std::string& job_id);
  absl::StatusOr<scheduler::ImportJob> Resume(const std::string& job_id);
  absl::StatusOr<scheduler::RetryFailedResponse> RetryFailed(const std::string& job_id);

  // The job when `condition` holds for it; else its last state when patience is over.
  scheduler::ImportJob WaitForJob(
      const std::string& job_id, std::chrono::milliseconds patience,
      const std::function<bool(const scheduler::ImportJob&)>& condition);
  // When it has ended.
  scheduler::ImportJob WaitForEnd(const std::string& job_id, std::chrono::milliseconds patience);

  absl::StatusOr<std::vector<pipeline::Engagement>> Engagements(const std::string& job_id = "");
  absl::StatusOr<pipeline::GetEngagementResponse> Engagement(const std::string& engagement_id);
  absl::StatusOr<std::vector<pipeline::SearchHit>> Search(const std::string& query);
  absl::StatusOr<std::string> Recording(const std::string& engagement_id);
  absl::StatusOr<pipeline::UploadRecordingResponse> Upload(const std::string& file_name,
                                                           const std::string& content);

  // Hands every message on until the stream ends or `on_message` says false; says how it ended.
  absl::Status Watch(const std::string& job_id, const std::string& resume_token,
                     const std::function<bool(const tracker::WatchImportResponse&)>& on_message);

 private:
  const std::string workspace_;
  const std::unique_ptr<gateway::Connections::Stub> connections_;
  const std::unique_ptr<vault::CredentialAdmin::Stub> credentials_;
  const std::unique_ptr<scheduler::JobScheduler::Stub> jobs_;
  const std::unique_ptr<pipeline::Engagements::Stub> engagements_;
  const std::unique_ptr<pipeline::Uploads::Stub> uploads_;
  const std::unique_ptr<tracker::Progress::Stub> progress_;
};

bool HasEnded(words::JobState state);

}  // namespace callimport::e2e
