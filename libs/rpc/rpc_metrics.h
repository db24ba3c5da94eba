// Counts and times every rpc that reaches a handler. Inside libs/rpc only.
#pragma once

#include <grpcpp/support/server_interceptor.h>

#include <memory>

namespace callimport::rpc {

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> MakeRpcMetrics();

}  // namespace callimport::rpc
