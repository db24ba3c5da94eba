// The CallCatalog rpcs: what calls there are at a source.
#pragma once

#include <functional>
#include <string>

#include "callimport/adapter_gateway/v1/call_catalog.grpc.pb.h"
#include "libs/rpc/caller.h"
#include "services/adapter-gateway/listing/listing_witness.h"
#include "services/adapter-gateway/listing/page_prefetcher.h"
#include "services/adapter-gateway/sessions/vendor_accounts.h"

namespace callimport::adapter_gateway {

// Takes records that cannot be read out of a page of this account and platform.
using SetAside = std::function<absl::Status(
    const v1::ListCallsRequest& request, const std::string& platform, v1::ListCallsResponse& page)>;

class CallCatalogService final : public v1::CallCatalog::Service {
 public:
  CallCatalogService(VendorAccounts& accounts, const VendorLine& line,
                     SummonWitness witness = nullptr, SetAside set_aside = nullptr)
      : accounts_(accounts),
        line_(line),
        witness_(std::move(witness)),
        set_aside_(std::move(set_aside)) {}

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
  const SetAside set_aside_;
};

}  // namespace callimport::adapter_gateway
