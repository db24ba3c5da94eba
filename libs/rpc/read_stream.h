// Reads what another service streams, message by message, on the calling thread.
//
//   rpc::ReadStream(*stub_, &v1::CallCatalog::Stub::ListCalls, request, kListTimeout,
//                   [&](v1::ListCallsResponse page) { return store.Add(std::move(page)); }, stop)
#pragma once

#include <grpcpp/client_context.h>
#include <grpcpp/support/sync_stream.h>

#include <chrono>
#include <memory>
#include <stop_token>
#include <utility>

#include "absl/status/status.h"
#include "libs/rpc/invoke.h"
#include "libs/rpc/status.h"

namespace callimport::rpc {

// How the stream ended; an error of `sink` ends it and is the answer. CANCELLED soon after a stop.
template <typename Stub, typename Base, typename Request, typename Response, typename Sink>
absl::Status ReadStream(Stub& stub,
                        std::unique_ptr<grpc::ClientReader<Response>> (Base::*method)(
                            grpc::ClientContext*, const Request&),
                        const Request& request, std::chrono::milliseconds timeout, const Sink& sink,
                        const std::stop_token& stop) {
  grpc::ClientContext context;
  Prepare(context, timeout);
  const auto reader = (stub.*method)(&context, request);
  const std::stop_callback cancel(stop, [&] { context.TryCancel(); });
  absl::Status taken;
  Response message;
  while (taken.ok() && reader->Read(&message)) {
    taken = sink(std::move(message));
    message.Clear();
  }
  if (!taken.ok()) context.TryCancel();
  absl::Status ended = FromGrpcStatus(reader->Finish());
  return taken.ok() ? ended : taken;
}

// The same for feeds, which never end by themselves: OK after an hour, to be followed again. A
// deadline that somebody else missed, the sink or the other service, is an error like any other.
template <typename Stub, typename Base, typename Request, typename Response, typename Sink>
absl::Status FollowStream(Stub& stub,
                          std::unique_ptr<grpc::ClientReader<Response>> (Base::*method)(
                              grpc::ClientContext*, const Request&),
                          const Request& request, const Sink& sink, const std::stop_token& stop,
                          std::chrono::milliseconds longest = std::chrono::hours(1)) {
  const auto began = std::chrono::steady_clock::now();
  absl::Status taken;
  const auto watched = [&](Response&& message) { return taken = sink(std::move(message)); };
  absl::Status ended = ReadStream(stub, method, request, longest, watched, stop);
  // Clocks differ a little; whoever says so before half of it does not mean this deadline.
  const bool was_long = std::chrono::steady_clock::now() - began >= longest / 2;
  return taken.ok() && was_long && absl::IsDeadlineExceeded(ended) ? absl::OkStatus() : ended;
}

}  // namespace callimport::rpc
