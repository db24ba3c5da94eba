// The Records rpcs: what could not be read, looked at and read again.
#pragma once

#include "callimport/adapter_gateway/v1/records.grpc.pb.h"
#include "libs/rpc/caller.h"
#include "services/adapter-gateway/records/quarantine.h"

namespace callimport::adapter_gateway {

class RecordsService final : public v1::Records::Service {
 public:
  RecordsService(QuarantineStore& store, Quarantine& quarantine)
      : store_(store), quarantine_(quarantine) {}

  grpc::Status ListQuarantined(grpc::ServerContext* context,
                               const v1::ListQuarantinedRequest* request,
                               v1::ListQuarantinedResponse* response) override;
  grpc::Status GetRawRecord(grpc::ServerContext* context, const v1::GetRawRecordRequest* request,
                            v1::GetRawRecordResponse* response) override;
  grpc::Status Remap(grpc::ServerContext* context, const v1::RemapRequest* request,
                     v1::RemapResponse* response) override;
  grpc::Status MapRecords(grpc::ServerContext* context, const v1::MapRecordsRequest* request,
                          v1::MapRecordsResponse* response) override;
  grpc::Status ReleaseRecords(grpc::ServerContext* context,
                              const v1::ReleaseRecordsRequest* request,
                              v1::ReleaseRecordsResponse* response) override;

 private:
  absl::StatusOr<v1::ListQuarantinedResponse> List(const v1::ListQuarantinedRequest& request);
  absl::StatusOr<v1::GetRawRecordResponse> Show(const rpc::Caller& caller,
                                                const v1::GetRawRecordRequest& request);
  absl::StatusOr<v1::RemapResponse> ReadAgain(const v1::RemapRequest& request);
  static absl::StatusOr<v1::MapRecordsResponse> Map(const v1::MapRecordsRequest& request);
  absl::StatusOr<v1::ReleaseRecordsResponse> Release(const v1::ReleaseRecordsRequest& request);

  QuarantineStore& store_;
  Quarantine& quarantine_;
};

}  // namespace callimport::adapter_gateway
