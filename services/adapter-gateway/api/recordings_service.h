// The Recordings rpcs: recordings and transcripts of a source.
#pragma once

#include "callimport/adapter_gateway/v1/recordings.grpc.pb.h"
#include "libs/rpc/caller.h"
#include "services/adapter-gateway/media/media_fetcher.h"
#include "services/adapter-gateway/sessions/vendor_accounts.h"

namespace callimport::adapter_gateway {

class RecordingsService final : public v1::Recordings::Service {
 public:
  RecordingsService(VendorAccounts& accounts, const VendorLine& line, MediaFetcher& media)
      : accounts_(accounts), line_(line), media_(media) {}

  grpc::Status DownloadMedia(grpc::ServerContext* context, const v1::DownloadMediaRequest* request,
                             grpc::ServerWriter<v1::DownloadMediaResponse>* writer) override;
  grpc::Status GetTranscripts(grpc::ServerContext* context,
                              const v1::GetTranscriptsRequest* request,
                              v1::GetTranscriptsResponse* response) override;

 private:
  absl::Status Download(const grpc::ServerContext& context, const v1::DownloadMediaRequest& request,
                        grpc::ServerWriter<v1::DownloadMediaResponse>& writer);
  absl::StatusOr<v1::GetTranscriptsResponse> Transcripts(const grpc::ServerContext& context,
                                                         const v1::GetTranscriptsRequest& request);

  VendorAccounts& accounts_;
  const VendorLine& line_;
  MediaFetcher& media_;
};

}  // namespace callimport::adapter_gateway
