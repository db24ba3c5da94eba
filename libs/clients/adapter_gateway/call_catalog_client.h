// Asking adapter-gateway what calls there are at a source.
#pragma once

#include <grpcpp/channel.h>

#include <functional>
#include <memory>
#include <stop_token>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "callimport/adapter_gateway/v1/call_catalog.pb.h"

namespace callimport::adapter_gateway {

// What CallCatalog promises; its proto says which errors there are.
class CallCatalogClient {
 public:
  virtual ~CallCatalogClient() = default;

  // CANCELLED as soon as `stop` asks for it, here and below.
  virtual absl::StatusOr<v1::CountCallsResponse> CountCalls(const v1::CountCallsRequest& request,
                                                            const std::stop_token& stop) = 0;

  // Hands over page after page, and stops at the first error the sink returns. The reader sets the
  // pace: while the sink blocks, little more is asked for.
  using PageSink = std::function<absl::Status(v1::ListCallsResponse page)>;
  virtual absl::Status ListCalls(const v1::ListCallsRequest& request, const PageSink& sink,
                                 const std::stop_token& stop) = 0;
};

std::unique_ptr<CallCatalogClient> MakeCallCatalogClient(
    const std::shared_ptr<grpc::Channel>& channel);

}  // namespace callimport::adapter_gateway
