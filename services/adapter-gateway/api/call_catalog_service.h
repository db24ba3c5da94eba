// The CallCatalog rpcs: what calls there are at a source.
#pragma once

#include "callimport/adapter_gateway/v1/call_catalog.grpc.pb.h"
#include "libs/rpc/caller.h"
#include "services/adapter-gateway/listing/listing_witness.h"
#include "services/adapter-gateway/listing/page_prefetcher.h"
#include "services/adapter-gateway/sessions/vendor_accounts.h"

namespace callimport::adapter_gateway {

class CallCatalogService final : public v1::CallCatalog::Service {
 public:
  CallCatalogService(VendorAccounts& accounts, const VendorLine& line,
                     SummonWitness witness = nullptr)
      : accounts_(accounts), line_(line), witness_(std::move(witness)) {}

  grpc::Status CountCalls(grpc::ServerContext* context, const v1::CountCallsRequest* request,
                          v1::CountCallsResponse* response) override;
  grpc::Status ListCalls(grpc::ServerContext* context, const v1::ListCallsRequest* request,
                         grpc::ServerWriter<v1::ListCallsResponse>* writer) override;

 private:
  absl::StatusOr<v1::CountCallsResponse> Count(const grpc::ServerContext& context,
                                               const v1::CountCallsRequest& request);
  absl::Status List(const grpc::ServerContext& context, const v1::ListCallsRequest& request,
                    grpc::ServerWriter<v1::ListCallsResponse>& writer);
  PagePrefetcher::FetchPage PagesOf(const grpc::ServerContext& context,
                                    const v1::ListCallsRequest& request);

  VendorAccounts& accounts_;
  const VendorLine& line_;
  const SummonWitness witness_;
};

}  // namespace callimport::adapter_gateway
