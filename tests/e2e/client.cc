#include "tests/e2e/client.h"

#include <algorithm>
#include <utility>

#include "libs/common/ids.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/invoke.h"
#include "libs/rpc/status.h"

namespace callimport::e2e {
namespace {

constexpr int kPageSize = 500;
constexpr size_t kUploadChunk = 65'536;
// For a service that is just being restarted.
const rpc::InvokeOptions kPatient{.timeout = 20s, .attempts = 8};

// Streams are not repeated by themselves: they wait for a service that is just being restarted.
void PrepareStream(grpc::ClientContext& context, std::chrono::milliseconds timeout) {
  rpc::Prepare(context, timeout);
  context.set_wait_for_ready(true);
}

// Gathers what a listing gives page by page.
template <typename Item, typename Request, typename Ask, typename ItemsOf>
absl::StatusOr<std::vector<Item>> AllPages(Request request, const Ask& ask,
                                           const ItemsOf& items_of) {
  std::vector<Item> all;
  request.mutable_page()->set_page_size(kPageSize);
  do {
    ASSIGN_OR_RETURN(const auto page, ask(request));
    const auto& items = items_of(page);
    all.insert(all.end(), items.begin(), items.end());
    request.mutable_page()->set_page_token(page.next_page_token());
  } while (!request.page().page_token().empty());
  return all;
}

}  // namespace

bool HasEnded(words::JobState state) { return state >= words::JOB_STATE_CANCELLED; }

Client::Client(const Channels& channel_to, std::string workspace)
    : workspace_(std::move(workspace)),
      connections_(gateway::Connections::NewStub(channel_to("adapter-gateway"))),
      credentials_(vault::CredentialAdmin::NewStub(channel_to("credential-manager"))),
      jobs_(scheduler::JobScheduler::NewStub(channel_to("job-scheduler"))),
      engagements_(pipeline::Engagements::NewStub(channel_to("media-pipeline"))),
      uploads_(pipeline::Uploads::NewStub(channel_to("media-pipeline"))),
      progress_(tracker::Progress::NewStub(channel_to("status-tracker"))) {}

// Credentials

absl::StatusOr<gateway::ConnectWithApiKeyResponse> Client::Connect(const std::string& base_url,
                                                                   const std::string& key,
                                                                   const std::string& secret) {
  return ConnectTo("gong",
                   {{"access_key", key}, {"access_key_secret", secret}, {"base_url", base_url}});
}

absl::StatusOr<gateway::ConnectWithApiKeyResponse> Client::ConnectTo(
    const std::string& platform, const std::map<std::string, std::string>& fields) {
  gateway::ConnectWithApiKeyRequest request;
  request.set_request_id(NewUuid());
  request.set_workspace_id(workspace_);
  request.set_platform(platform);
  for (const auto& [name, value] : fields) (*request.mutable_fields())[name] = value;
  return rpc::Invoke(*connections_, &gateway::Connections::Stub::ConnectWithApiKey, request,
                     kPatient);
}

absl::StatusOr<std::vector<vault::Credential>> Client::Credentials() {
  vault::ListCredentialsRequest request;
  request.set_workspace_id(workspace_);
  return AllPages<vault::Credential>(
      request,
      [&](const auto& page) {
        return rpc::Invoke(*credentials_, &vault::CredentialAdmin::Stub::ListCredentials, page,
                           kPatient);
      },
      [](const auto& page) { return page.credentials(); });
}

// Jobs

absl::StatusOr<scheduler::PreviewImportResponse> Client::Preview(const std::string& credential_id) {
  scheduler::PreviewImportRequest request;
  request.set_workspace_id(workspace_);
  request.set_credential_id(credential_id);
  return rpc::Invoke(*jobs_, &scheduler::JobScheduler::Stub::PreviewImport, request, kPatient);
}

absl::StatusOr<scheduler::ImportJob> Client::CreateJob(const std::string& credential_id,
                                                       const std::string& request_id) {
  scheduler::CreateImportJobRequest request;
  request.set_request_id(request_id);
  request.set_credential_id(credential_id);
  return Create(std::move(request));
}

absl::StatusOr<scheduler::ImportJob> Client::Create(scheduler::CreateImportJobRequest request) {
  if (request.request_id().empty()) request.set_request_id(NewUuid());
  request.set_workspace_id(workspace_);
  ASSIGN_OR_RETURN(
      const auto response,
      rpc::Invoke(*jobs_, &scheduler::JobScheduler::Stub::CreateImportJob, request, kPatient));
  return response.job();
}

absl::StatusOr<scheduler::ImportJob> Client::GetJob(const std::string& job_id) {
  scheduler::GetImportJobRequest request;
  request.set_workspace_id(workspace_);
  request.set_job_id(job_id);
  ASSIGN_OR_RETURN(
      const auto response,
      rpc::Invoke(*jobs_, &scheduler::JobScheduler::Stub::GetImportJob, request, kPatient));
  return response.job();
}

absl::StatusOr<std::vector<scheduler::ImportJob>> Client::Jobs() {
  scheduler::ListImportJobsRequest request;
  request.set_workspace_id(workspace_);
  return AllPages<scheduler::ImportJob>(
      request,
      [&](const auto& page) {
        return rpc::Invoke(*jobs_, &scheduler::JobScheduler::Stub::ListImportJobs, page, kPatient);
      },
      [](const auto& page) { return page.jobs(); });
}

absl::StatusOr<std::vector<scheduler::ImportCall>> Client::Calls(const std::string& job_id) {
  scheduler::ListImportCallsRequest request;
  request.set_workspace_id(workspace_);
  request.set_job_id(job_id);
  return AllPages<scheduler::ImportCall>(
      request,
      [&](const auto& page) {
        return rpc::Invoke(*jobs_, &scheduler::JobScheduler::Stub::ListImportCalls, page, kPatient);
      },
      [](const auto& page) { return page.calls(); });
}

absl::StatusOr<scheduler::ImportJob> Client::Cancel(const std::string& job_id) {
  scheduler::CancelImportJobRequest request;
  request.set_workspace_id(workspace_);
  request.set_job_id(job_id);
  ASSIGN_OR_RETURN(
      const auto response,
      rpc::Invoke(*jobs_, &scheduler::JobScheduler::Stub::CancelImportJob, request, kPatient));
  return response.job();
}

absl::StatusOr<scheduler::ImportJob> Client::Pause(const std::string& job_id) {
  scheduler::PauseImportJobRequest request;
  request.set_workspace_id(workspace_);
  request.set_job_id(job_id);
  ASSIGN_OR_RETURN(
      const auto response,
      rpc::Invoke(*jobs_, &scheduler::JobScheduler::Stub::PauseImportJob, request, kPatient));
  return response.job();
}

absl::StatusOr<scheduler::ImportJob> Client::Resume(const std::string& job_id) {
  scheduler::ResumeImportJobRequest request;
  request.set_workspace_id(workspace_);
  request.set_job_id(job_id);
  ASSIGN_OR_RETURN(
      const auto response,
      rpc::Invoke(*jobs_, &scheduler::JobScheduler::Stub::ResumeImportJob, request, kPatient));
  return response.job();
}

absl::StatusOr<scheduler::RetryFailedResponse> Client::RetryFailed(const std::string& job_id) {
  scheduler::RetryFailedRequest request;
  request.set_workspace_id(workspace_);
  request.set_job_id(job_id);
  return rpc::Invoke(*jobs_, &scheduler::JobScheduler::Stub::RetryFailed, request, kPatient);
}

scheduler::ImportJob Client::WaitForJob(
    const std::string& job_id, std::chrono::milliseconds patience,
    const std::function<bool(const scheduler::ImportJob&)>& condition) {
  scheduler::ImportJob last;
  Eventually(patience, [&] {
    const absl::StatusOr<scheduler::ImportJob> job = GetJob(job_id);
    if (job.ok()) last = *job;
    return job.ok() && condition(last);
  });
  return last;
}

scheduler::ImportJob Client::WaitForEnd(const std::string& job_id,
                                        std::chrono::milliseconds patience) {
  return WaitForJob(job_id, patience, [](const auto& job) { return HasEnded(job.state()); });
}

// What was imported

absl::StatusOr<std::vector<pipeline::Engagement>> Client::Engagements(const std::string& job_id) {
  pipeline::ListEngagementsRequest request;
  request.set_workspace_id(workspace_);
  request.set_import_batch_id(job_id);
  return AllPages<pipeline::Engagement>(
      request,
      [&](const auto& page) {
        return rpc::Invoke(*engagements_, &pipeline::Engagements::Stub::ListEngagements, page,
                           kPatient);
      },
      [](const auto& page) { return page.engagements(); });
}

absl::StatusOr<pipeline::GetEngagementResponse> Client::Engagement(
    const std::string& engagement_id) {
  pipeline::GetEngagementRequest request;
  request.set_workspace_id(workspace_);
  request.set_engagement_id(engagement_id);
  return rpc::Invoke(*engagements_, &pipeline::Engagements::Stub::GetEngagement, request, kPatient);
}

absl::StatusOr<std::vector<pipeline::SearchHit>> Client::Search(const std::string& query) {
  pipeline::SearchEngagementsRequest request;
  request.set_workspace_id(workspace_);
  request.set_query(query);
  request.mutable_page()->set_page_size(100);
  ASSIGN_OR_RETURN(const auto response,
                   rpc::Invoke(*engagements_, &pipeline::Engagements::Stub::SearchEngagements,
                               request, kPatient));
  return std::vector<pipeline::SearchHit>(response.hits().begin(), response.hits().end());
}

absl::StatusOr<std::string> Client::Recording(const std::string& engagement_id) {
  pipeline::ReadRecordingRequest request;
  request.set_workspace_id(workspace_);
  request.set_engagement_id(engagement_id);
  grpc::ClientContext context;
  PrepareStream(context, 20s);
  const auto reader = engagements_->ReadRecording(&context, request);
  std::string content;
  pipeline::ReadRecordingResponse part;
  while (reader->Read(&part)) content += part.data();
  RETURN_IF_ERROR(rpc::FromGrpcStatus(reader->Finish()));
  return content;
}

absl::StatusOr<pipeline::UploadRecordingResponse> Client::Upload(const std::string& file_name,
                                                                 const std::string& content) {
  grpc::ClientContext context;
  PrepareStream(context, 30s);
  pipeline::UploadRecordingResponse response;
  const auto writer = uploads_->UploadRecording(&context, &response);
  pipeline::UploadRecordingRequest part;
  part.mutable_header()->set_workspace_id(workspace_);
  part.mutable_header()->set_file_name(file_name);
  bool taken = writer->Write(part);
  for (size_t offset = 0; taken && offset < content.size(); offset += kUploadChunk) {
    part.set_data(content.substr(offset, kUploadChunk));
    taken = writer->Write(part);
  }
  writer->WritesDone();
  RETURN_IF_ERROR(rpc::FromGrpcStatus(writer->Finish()));
  return response;
}

absl::Status Client::Watch(
    const std::string& job_id, const std::string& resume_token,
    const std::function<bool(const tracker::WatchImportResponse&)>& on_message) {
  tracker::WatchImportRequest request;
  request.set_workspace_id(workspace_);
  request.set_job_id(job_id);
  request.set_resume_token(resume_token);
  grpc::ClientContext context;
  PrepareStream(context, 120s);
  const auto reader = progress_->WatchImport(&context, request);
  tracker::WatchImportResponse message;
  while (reader->Read(&message)) {
    if (!on_message(message)) context.TryCancel();
  }
  return rpc::FromGrpcStatus(reader->Finish());
}

}  // namespace callimport::e2e
