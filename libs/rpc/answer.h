// The edge of every unary rpc: one line in the handler, and everything that all rpcs need.
//
//   grpc::Status JobSchedulerService::GetImportJob(grpc::ServerContext* context,
//                                                  const v1::GetImportJobRequest* request,
//                                                  v1::GetImportJobResponse* response) {
//     return rpc::Answer(*context, *request, response,
//                        [&](const rpc::Caller&) { return Get(*request); });
//   }
//
// Answer takes the correlation id from the rpc's metadata (or makes one) for the time the decision
// runs, refuses a request that names a workspace the caller may not see or holds a NUL, catches
// what the decision throws, logs errors that are ours, and translates the status.
#pragma once

#include <google/protobuf/message.h>
#include <grpcpp/server_context.h>

#include <functional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/rpc/caller.h"

namespace callimport::rpc {

// What holds for the requests of all rpcs: CheckTextsOf and CheckWorkspaceOf.
absl::Status Admit(const Caller& caller, const google::protobuf::Message& request);

// For rpcs that fill their answer themselves, streams among them.
grpc::Status AnswerWith(grpc::ServerContextBase& context, const google::protobuf::Message& request,
                        const std::function<absl::Status(const Caller&)>& decide);

// For those whose request has yet to be read. Then Admit(caller, request) is theirs.
grpc::Status AnswerWith(grpc::ServerContextBase& context,
                        const std::function<absl::Status(const Caller&)>& decide);

// `decide` returns an absl::StatusOr<Response>.
template <typename Response, typename Decide>
grpc::Status Answer(grpc::ServerContextBase& context, Response* response, Decide decide) {
  return AnswerWith(context, [&](const Caller& caller) {
    absl::StatusOr<Response> decided = decide(caller);
    if (!decided.ok()) return decided.status();
    *response = *std::move(decided);
    return absl::OkStatus();
  });
}

template <typename Response, typename Decide>
grpc::Status Answer(grpc::ServerContextBase& context, const google::protobuf::Message& request,
                    Response* response, Decide decide) {
  return Answer(context, response, [&](const Caller& caller) -> absl::StatusOr<Response> {
    absl::Status admitted = Admit(caller, request);
    if (!admitted.ok()) return admitted;
    return decide(caller);
  });
}

// What the caller is told of a status; one that is ours to mend is logged.
grpc::Status Translate(const Caller& caller, const absl::Status& status);

// The correlation id that came with the rpc, or a new one.
std::string CorrelationIdOf(const grpc::ServerContextBase& context);

}  // namespace callimport::rpc
