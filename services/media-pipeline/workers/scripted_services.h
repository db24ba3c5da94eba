// The services that media-pipeline asks, as small real implementations for tests.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "libs/clients/adapter_gateway/recordings_client.h"
#include "libs/clients/job_scheduler/call_queue_client.h"
#include "libs/common/errors.h"
#include "services/media-pipeline/transcribers/transcriber.h"

namespace callimport::media_pipeline {

// Leases what it was given, remembers what it was told. No lease ever expires by itself.
class ScriptedQueue : public job_scheduler::CallQueueClient {
 public:
  void Add(job_scheduler::v1::LeasedCall call) {
    const std::lock_guard lock(mutex_);
    due_.push_back(std::move(call));
    changed_.notify_all();
  }
  void LoseAll() { Answer(&lost_); }
  void CancelAll() { Answer(&cancelled_); }
  // The next so many reports fail.
  void RefuseReports(int times) {
    const std::lock_guard lock(mutex_);
    refused_reports_ = times;
  }

  // As if no outcome had arrived.
  void Forget() {
    const std::lock_guard lock(mutex_);
    outcomes_.clear();
  }

  // Waits until so many outcomes are there; by call id.
  std::map<std::string, job_scheduler::v1::CallOutcome> WaitForOutcomes(size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(20), [&] { return outcomes_.size() >= count; });
    return outcomes_;
  }
  std::set<std::string> released() {
    const std::lock_guard lock(mutex_);
    return released_;
  }
  common::v1::CallState StageOf(const std::string& call_id) {
    const std::lock_guard lock(mutex_);
    return stages_[call_id];
  }
  int reports() {
    const std::lock_guard lock(mutex_);
    return reports_;
  }

  absl::StatusOr<job_scheduler::v1::LeaseCallsResponse> LeaseCalls(
      const job_scheduler::v1::LeaseCallsRequest& request) override {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::milliseconds(10), [&] { return !due_.empty(); });
    job_scheduler::v1::LeaseCallsResponse response;
    while (!due_.empty() && response.calls_size() < request.max_calls()) {
      *response.add_calls() = std::move(due_.front());
      due_.pop_front();
    }
    return response;
  }

  absl::StatusOr<job_scheduler::v1::RenewLeasesResponse> RenewLeases(
      const job_scheduler::v1::RenewLeasesRequest& request) override {
    const std::lock_guard lock(mutex_);
    job_scheduler::v1::RenewLeasesResponse response;
    for (const auto& progress : request.leases()) {
      stages_[progress.lease().call_id()] = progress.stage();
      if (lost_) *response.add_lost() = progress.lease();
      if (cancelled_) *response.add_cancelled() = progress.lease();
    }
    return response;
  }

  absl::StatusOr<job_scheduler::v1::ReportOutcomesResponse> ReportOutcomes(
      const job_scheduler::v1::ReportOutcomesRequest& request) override {
    const std::lock_guard lock(mutex_);
    ++reports_;
    if (refused_reports_ > 0) {
      --refused_reports_;
      return absl::UnavailableError("the scheduler restarts");
    }
    for (const auto& outcome : request.outcomes()) outcomes_[outcome.lease().call_id()] = outcome;
    changed_.notify_all();
    return job_scheduler::v1::ReportOutcomesResponse();
  }

  absl::StatusOr<job_scheduler::v1::ReleaseCallsResponse> ReleaseCalls(
      const job_scheduler::v1::ReleaseCallsRequest& request) override {
    const std::lock_guard lock(mutex_);
    for (const auto& lease : request.leases()) released_.insert(lease.call_id());
    return job_scheduler::v1::ReleaseCallsResponse();
  }

  // The last one.
  common::v1::Actor uploaded_by() {
    const std::lock_guard lock(mutex_);
    return uploaded_by_;
  }

  absl::StatusOr<job_scheduler::v1::RegisterUploadResponse> RegisterUpload(
      const job_scheduler::v1::RegisterUploadRequest& request) override {
    const std::lock_guard lock(mutex_);
    uploaded_by_ = request.uploaded_by();
    job_scheduler::v1::RegisterUploadResponse response;
    response.set_job_id("upload-job");
    const std::string copy =
        request.allow_duplicate() && uploads_.contains(request.content_sha256())
            ? "#" + std::to_string(uploads_.size() + 1)
            : "";
    const std::string source_id = request.content_sha256() + copy;
    response.set_call_id("upload-" + request.content_sha256().substr(0, 8) + copy);
    response.set_duplicate(!uploads_.insert(source_id).second);
    if (response.duplicate()) return response;
    job_scheduler::v1::LeasedCall& leased = *response.mutable_leased();
    leased.mutable_lease()->set_call_id(response.call_id());
    leased.mutable_lease()->set_lease_number(1);
    leased.set_job_id(response.job_id());
    leased.set_workspace_id(request.workspace_id());
    leased.set_platform("upload");
    leased.mutable_record()->set_source_call_id(source_id);
    leased.mutable_record()->set_title(request.title());
    return response;
  }

 private:
  void Answer(bool* flag) {
    const std::lock_guard lock(mutex_);
    *flag = true;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<job_scheduler::v1::LeasedCall> due_;
  std::map<std::string, job_scheduler::v1::CallOutcome> outcomes_;
  std::map<std::string, common::v1::CallState> stages_;
  std::set<std::string> released_, uploads_;
  common::v1::Actor uploaded_by_;
  bool lost_ = false, cancelled_ = false;
  int reports_ = 0, refused_reports_ = 0;
};

// Has what it was given; everything else is missing. Counts what it is asked for.
class ScriptedRecordings : public adapter_gateway::RecordingsClient {
 public:
  using ChunkSink = std::function<void(const std::string& chunk)>;
  using Download = std::function<absl::Status(const ChunkSink&, std::stop_token)>;

  void SetRecording(const std::string& source_call_id, Download download) {
    const std::lock_guard lock(mutex_);
    recordings_[source_call_id] = std::move(download);
  }
  void SetRecording(const std::string& source_call_id, const std::string& content) {
    SetRecording(source_call_id, [content](const auto& sink, auto) {
      sink(content);
      return absl::OkStatus();
    });
  }
  void SetTranscript(const std::string& source_call_id, const std::string& spoken) {
    const std::lock_guard lock(mutex_);
    transcripts_[source_call_id] = spoken;
  }
  void FailTranscripts(absl::Status why) {
    const std::lock_guard lock(mutex_);
    transcripts_status_ = std::move(why);
  }
  int downloads() {
    const std::lock_guard lock(mutex_);
    return downloads_;
  }
  std::vector<int> transcript_requests() {
    const std::lock_guard lock(mutex_);
    return transcript_requests_;
  }

  absl::Status DownloadMedia(const adapter_gateway::v1::DownloadMediaRequest& request,
                             adapter_gateway::MediaSink& sink,
                             const std::stop_token& stop) override {
    for (int i = 0; i < request.source_call_ids_size(); ++i) {
      const auto index = static_cast<size_t>(i);
      const auto download = TakeDownload(request.source_call_ids(i));
      if (!download) {
        sink.OnEnd(index, Error(absl::StatusCode::kNotFound, "RECORDING_MISSING", "none"));
        continue;
      }
      sink.OnHeader(index, {});
      sink.OnEnd(index, download([&](const auto& chunk) { sink.OnData(index, chunk); }, stop));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<adapter_gateway::v1::GetTranscriptsResponse> GetTranscripts(
      const adapter_gateway::v1::GetTranscriptsRequest& request, const std::stop_token&) override {
    const std::lock_guard lock(mutex_);
    transcript_requests_.push_back(request.source_call_ids_size());
    if (!transcripts_status_.ok()) return transcripts_status_;
    adapter_gateway::v1::GetTranscriptsResponse response;
    for (const std::string& id : request.source_call_ids()) {
      const auto spoken = transcripts_.find(id);
      if (spoken == transcripts_.end()) continue;
      auto& answer = *response.add_transcripts();
      answer.set_source_call_id(id);
      answer.set_original("{\"said\":\"" + spoken->second + "\"}");
      answer.mutable_transcript()->set_engine("source:gong");
      answer.mutable_transcript()->add_segments()->set_text(spoken->second);
    }
    return response;
  }

 private:
  Download TakeDownload(const std::string& source_call_id) {
    const std::lock_guard lock(mutex_);
    ++downloads_;
    const auto found = recordings_.find(source_call_id);
    return found == recordings_.end() ? nullptr : found->second;
  }

  std::mutex mutex_;
  std::map<std::string, Download> recordings_;
  std::map<std::string, std::string> transcripts_;
  absl::Status transcripts_status_;
  std::vector<int> transcript_requests_;
  int downloads_ = 0;
};

// Says what it was told to.
class ScriptedTranscriber : public Transcriber {
 public:
  using Answer =
      std::function<absl::StatusOr<common::v1::Transcript>(const std::function<bool()>& cancelled)>;

  void SetAnswer(Answer answer) {
    const std::lock_guard lock(mutex_);
    answer_ = std::move(answer);
  }
  std::string engine() const override { return "scripted"; }
  absl::StatusOr<common::v1::Transcript> Transcribe(
      const std::string&, const std::function<bool()>& cancelled) override {
    Answer answer;
    {
      const std::lock_guard lock(mutex_);
      answer = answer_;
    }
    return answer(cancelled);
  }

 private:
  std::mutex mutex_;
  Answer answer_ = [](const auto&) -> absl::StatusOr<common::v1::Transcript> {
    common::v1::Transcript transcript;
    transcript.set_engine("scripted");
    transcript.add_segments()->set_text("heard by an engine");
    return transcript;
  };
};

}  // namespace callimport::media_pipeline
