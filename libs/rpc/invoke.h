// One request to another service: a deadline, the correlation id, and retries where they are safe.
//
//   rpc::Invoke(*stub_, &v1::CallQueue::Stub::LeaseCalls, request, {.timeout = 25s, .attempts = 3})
#pragma once

#include <grpcpp/client_context.h>

#include <chrono>
#include <functional>
#include <stop_token>

#include "absl/status/statusor.h"
#include "libs/rpc/status.h"

namespace callimport::rpc {

struct InvokeOptions {
  std::chrono::milliseconds timeout{10'000};
  // More than one only for rpcs that may be repeated. UNAVAILABLE alone is tried again.
  int attempts = 1;
  // CANCELLED soon after a stop.
  std::stop_token stop = {};
};

// Sets deadline and correlation id; for streams, which keep their context themselves.
void Prepare(grpc::ClientContext& context, std::chrono::milliseconds timeout);

// Runs `attempt` with a fresh context each time, pausing in between.
absl::Status InvokeWithRetry(const InvokeOptions& options,
                             const std::function<grpc::Status(grpc::ClientContext&)>& attempt);

template <typename Stub, typename Base, typename Request, typename Response>
absl::StatusOr<Response> Invoke(Stub& stub,
                                grpc::Status (Base::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
                                const Request& request, const InvokeOptions& options = {}) {
  Response response;
  absl::Status status = InvokeWithRetry(options, [&](grpc::ClientContext& context) {
    return (stub.*method)(&context, request, &response);
  });
  if (!status.ok()) return status;
  return response;
}

}  // namespace callimport::rpc
