// Asking adapter-gateway for records that it could not read when they were listed, and to read
// others anew.
#pragma once

#include <grpcpp/channel.h>

#include <memory>

#include "absl/status/statusor.h"
#include "callimport/adapter_gateway/v1/records.pb.h"

namespace callimport::adapter_gateway {

// What Records promises; its proto says which errors there are.
class RecordsClient {
 public:
  virtual ~RecordsClient() = default;

  virtual absl::StatusOr<v1::RemapResponse> Remap(const v1::RemapRequest& request) = 0;
  virtual absl::StatusOr<v1::MapRecordsResponse> Map(const v1::MapRecordsRequest& request) = 0;
  virtual absl::StatusOr<v1::ReleaseRecordsResponse> Release(
      const v1::ReleaseRecordsRequest& request) = 0;
};

std::unique_ptr<RecordsClient> MakeRecordsClient(const std::shared_ptr<grpc::Channel>& channel);

}  // namespace callimport::adapter_gateway
