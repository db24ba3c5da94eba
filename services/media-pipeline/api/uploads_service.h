// Answers Uploads: takes in recordings that people bring themselves.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "callimport/media_pipeline/v1/uploads.grpc.pb.h"
#include "libs/clients/job_scheduler/call_queue_client.h"
#include "libs/rpc/caller.h"
#include "services/media-pipeline/objects/object_store.h"
#include "services/media-pipeline/objects/recording_intake.h"
#include "services/media-pipeline/storage/delivery_store.h"

namespace callimport::media_pipeline {

class UploadsService final : public v1::Uploads::Service {
 public:
  // Goes on with a call that was leased for this process.
  using TakeIn = std::function<void(job_scheduler::v1::LeasedCall)>;

  UploadsService(ObjectStore& objects, DeliveryStore& store, job_scheduler::CallQueueClient& queue,
                 std::string worker, TakeIn take_in)
      : objects_(objects),
        store_(store),
        queue_(queue),
        worker_(std::move(worker)),
        take_in_(std::move(take_in)) {}

  grpc::Status UploadRecording(grpc::ServerContext* context,
                               grpc::ServerReader<v1::UploadRecordingRequest>* reader,
                               v1::UploadRecordingResponse* response) override;
  grpc::Status GetUpload(grpc::ServerContext* context, const v1::GetUploadRequest* request,
                         v1::GetUploadResponse* response) override;

  // Of one workspace; others wait, so that one does not take every thread.
  static constexpr int kAtOnce = 8;

 private:
  class Place;
  using Reader = grpc::ServerReader<v1::UploadRecordingRequest>;

  absl::StatusOr<v1::UploadRecordingResponse> Upload(const grpc::ServerContext& context,
                                                     const rpc::Caller& caller, Reader& reader);
  absl::StatusOr<v1::GetUploadResponse> Find(const v1::GetUploadRequest& request);
  absl::StatusOr<RecordingIntake> Begin(const v1::UploadHeader& header);
  absl::StatusOr<StoredRecording> Receive(const grpc::ServerContext& context,
                                          const v1::UploadHeader& header, Reader& reader);
  absl::StatusOr<v1::UploadRecordingResponse> Register(const rpc::Caller& caller,
                                                       const v1::UploadHeader& header,
                                                       const StoredRecording& recording);

  ObjectStore& objects_;
  DeliveryStore& store_;
  job_scheduler::CallQueueClient& queue_;
  const std::string worker_;
  const TakeIn take_in_;
  std::mutex mutex_;
  // By workspace; none that has none.
  std::map<std::string, int> under_way_;
};

}  // namespace callimport::media_pipeline
