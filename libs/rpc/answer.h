// The edge of every unary rpc: one line in the handler, and everything that all rpcs need.
//
//   grpc::Status JobSchedulerService::GetImportJob(grpc::ServerContext* context,
//                                                  const v1::GetImportJobRequest* request,
//                                                  v1::GetImportJobResponse* response) {
//     return rpc::Answer(*context, response, [&](const rpc::Caller& caller) {
//       return Get(caller, *request);
//     });
//   }
//
// Answer takes the correlation id from the rpc's metadata (or makes one) for the time the decision
// runs, catches what it throws, logs errors that are ours, measures, and translates the status.
#pragma once

#include <grpcpp/server_context.h>

#include <functional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/rpc/caller.h"

namespace callimport::rpc {

// For rpcs that fill their answer themselves, streams among them.
grpc::Status AnswerWith(grpc::ServerContextBase& context,
                        const std::function<absl::Status(const Caller&)>& decide);

// `decide` returns an absl::StatusOr<Response>.
template <typename Response, typename Decide>
grpc::Status Answer(grpc::ServerContextBase& context, Response* response, Decide decide) {
  return AnswerWith(context, [&](const Caller& caller) {
    absl::StatusOr<Response> decided = decide(caller);
    if (decided.ok()) *response = *std::move(decided);
    return decided.status();
  });
}

// The correlation id that came with the rpc, or a new one.
std::string CorrelationIdOf(const grpc::ServerContextBase& context);

}  // namespace callimport::rpc
