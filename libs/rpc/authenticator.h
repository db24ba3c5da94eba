// Who asks: whom the token names, if one came, and else the owner of the client certificate.
#pragma once

#include <grpcpp/support/string_ref.h>

#include <map>
#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "libs/rpc/caller.h"
#include "libs/rpc/token_reader.h"

namespace callimport::rpc {

using Metadata = std::multimap<grpc::string_ref, grpc::string_ref>;

inline constexpr char kTokenKey[] = "authorization";

// Safe from any thread.
class Authenticator {
 public:
  // `tokens` may be null: then any token is refused.
  explicit Authenticator(std::shared_ptr<TokenReader> tokens) : tokens_(std::move(tokens)) {}

  // UNAUTHENTICATED: CALLER_UNKNOWN, TOKEN_INVALID or TOKEN_EXPIRED.
  absl::StatusOr<Caller> Authenticate(const Metadata& metadata,
                                      const std::optional<Caller>& certificate) const;

 private:
  const std::shared_ptr<TokenReader> tokens_;
};

}  // namespace callimport::rpc
