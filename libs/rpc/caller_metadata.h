// How the edge of a server tells the handlers whom a token named: in the rpc's own metadata, where
// nobody else can write it. Inside libs/rpc only.
#pragma once

#include <grpcpp/support/server_interceptor.h>

#include <memory>
#include <optional>
#include <string>

#include "libs/rpc/authenticator.h"
#include "libs/rpc/caller.h"

namespace callimport::rpc {

inline constexpr char kCallerKey[] = "x-callimport-caller";

// Nobody, when the text is not what EncodeCaller gives.
std::string EncodeCaller(const std::optional<Caller>& caller);
std::optional<Caller> DecodeCaller(const std::string& text);

// Takes the token out of each rpc's metadata, and puts in whom it names. What a client itself
// sends under that name is taken out, too.
std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> MakeCallerMetadata(
    std::shared_ptr<Authenticator> authenticator);

}  // namespace callimport::rpc
