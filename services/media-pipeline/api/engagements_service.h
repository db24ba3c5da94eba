// Answers Engagements: reading, listing, searching and playing what was imported.
#pragma once

#include "callimport/media_pipeline/v1/engagements.grpc.pb.h"
#include "libs/rpc/caller.h"
#include "services/media-pipeline/objects/object_store.h"
#include "services/media-pipeline/pipeline/remapper.h"
#include "services/media-pipeline/search/lexicon.h"
#include "services/media-pipeline/storage/engagement_store.h"

namespace callimport::media_pipeline {

class EngagementsService final : public v1::Engagements::Service {
 public:
  EngagementsService(EngagementStore& store, ObjectStore& objects, Lexicon& lexicon,
                     Remapper& remapper)
      : store_(store), objects_(objects), lexicon_(lexicon), remapper_(remapper) {}

  grpc::Status GetEngagement(grpc::ServerContext* context, const v1::GetEngagementRequest* request,
                             v1::GetEngagementResponse* response) override;
  grpc::Status ListEngagements(grpc::ServerContext* context,
                               const v1::ListEngagementsRequest* request,
                               v1::ListEngagementsResponse* response) override;
  grpc::Status SearchEngagements(grpc::ServerContext* context,
                                 const v1::SearchEngagementsRequest* request,
                                 v1::SearchEngagementsResponse* response) override;
  grpc::Status RemapEngagements(grpc::ServerContext* context,
                                const v1::RemapEngagementsRequest* request,
                                v1::RemapEngagementsResponse* response) override;
  grpc::Status ReadRecording(grpc::ServerContext* context, const v1::ReadRecordingRequest* request,
                             grpc::ServerWriter<v1::ReadRecordingResponse>* writer) override;

 private:
  absl::StatusOr<v1::GetEngagementResponse> Get(const v1::GetEngagementRequest& request);
  absl::StatusOr<v1::ListEngagementsResponse> List(const v1::ListEngagementsRequest& request);
  absl::StatusOr<v1::SearchEngagementsResponse> Search(const v1::SearchEngagementsRequest& request);
  absl::StatusOr<v1::RemapEngagementsResponse> Remap(const v1::RemapEngagementsRequest& request);
  absl::Status Read(const v1::ReadRecordingRequest& request,
                    grpc::ServerWriter<v1::ReadRecordingResponse>& writer);

  EngagementStore& store_;
  ObjectStore& objects_;
  Lexicon& lexicon_;
  Remapper& remapper_;
};

}  // namespace callimport::media_pipeline
