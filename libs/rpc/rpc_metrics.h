// Counts every rpc of a server by method and status code, and measures how long it took.
#pragma once

#include <grpcpp/support/server_interceptor.h>

#include <memory>

namespace callimport::rpc {

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> MakeRpcMetrics();

}  // namespace callimport::rpc
