// Decides by the written rules who may call what, before any handler runs.
#pragma once

#include <grpcpp/security/auth_metadata_processor.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "libs/rpc/authenticator.h"
#include "libs/rpc/caller.h"
#include "libs/rpc/config.pb.h"

namespace callimport::rpc {

class AccessControl {
 public:
  explicit AccessControl(std::vector<AccessRule> rules);

  // `path` is "/package.Service/Method". PERMISSION_DENIED (CALLER_NOT_ALLOWED) without a rule that
  // allows. Health and reflection are open to every caller we know.
  absl::Status Check(const std::string& path, const Caller& caller) const;

 private:
  std::vector<AccessRule> rules_;
};

// Hooks the rules into gRPC. Only for servers that speak TLS.
std::shared_ptr<grpc::AuthMetadataProcessor> MakeProcessor(
    AccessControl control, std::shared_ptr<Authenticator> authenticator);

}  // namespace callimport::rpc
