// The edge of a unary rpc whose answer comes from another thread, so that none sleeps for it:
//
//   grpc::ServerUnaryReactor* Vault::LeaseAccess(grpc::CallbackServerContext* context,
//                                                const Request* request, Response* response) {
//     return rpc::AnswerLater(*context, *request, response,
//                             [&](const rpc::Caller& caller, rpc::LaterAnswer<Response> answer) {
//                               leases_.Begin(caller, *request, std::move(answer));
//                             });
//   }
//
// It does what rpc::Answer does. The request and the response live until the answer is given.
#pragma once

#include <google/protobuf/message.h>
#include <grpcpp/support/server_callback.h>

#include <functional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "libs/rpc/answer.h"
#include "libs/telemetry/correlation.h"

namespace callimport::rpc {

// To be called exactly once, from any thread.
template <typename Response>
using LaterAnswer = std::function<void(absl::StatusOr<Response>)>;

// `begin` must see to it that its answer is given, must not wait and must not throw.
template <typename Response, typename Begin>
grpc::ServerUnaryReactor* AnswerLater(grpc::CallbackServerContext& context,
                                      const google::protobuf::Message& request, Response* response,
                                      Begin begin) {
  grpc::ServerUnaryReactor* reactor = context.DefaultReactor();
  const grpc::Status begun = AnswerWith(context, request, [&](const Caller& caller) {
    begin(caller, [reactor, response, caller,
                   correlation = CurrentCorrelationId()](absl::StatusOr<Response> decided) {
      const CorrelationScope scope(correlation);
      if (decided.ok()) *response = *std::move(decided);
      reactor->Finish(Translate(caller, decided.status()));
    });
    return absl::OkStatus();
  });
  if (!begun.ok()) reactor->Finish(begun);
  return reactor;
}

}  // namespace callimport::rpc
