#include "libs/rpc/access_control.h"

#include <utility>

#include "libs/common/errors.h"
#include "libs/rpc/identity.h"
#include "libs/rpc/status.h"
#include "libs/rpc/workspace_check.h"
#include "libs/telemetry/log.h"
#include "libs/telemetry/metrics.h"

namespace callimport::rpc {
namespace {

// "support/*" names everybody of a kind.
bool Names(const std::string& pattern, const Caller& caller) {
  return pattern == caller.Identity() || pattern == caller.kind + "/*";
}

bool IsOpenToAllCallers(const std::string& rpc) {
  return rpc.starts_with("grpc.health.v1.Health/") || rpc.starts_with("grpc.reflection.");
}

// What the rules say that are written for exactly this service or rpc.
struct Answer {
  bool has_rule = false;
  bool allowed = false;
  bool any_workspace = false;
};

Answer Ask(const std::vector<AccessRule>& rules, const std::string& rpcs, const Caller& caller) {
  Answer answer;
  for (const AccessRule& rule : rules) {
    if (rule.rpcs() != rpcs) continue;
    answer.has_rule = true;
    for (const std::string& pattern : rule.callers()) {
      if (!Names(pattern, caller)) continue;
      answer.allowed = true;
      answer.any_workspace |= rule.any_workspace();
    }
  }
  return answer;
}

Answer AskLongestMatch(const std::vector<AccessRule>& rules, const std::string& rpc,
                       const Caller& caller) {
  const Answer exact = Ask(rules, rpc, caller);
  return exact.has_rule ? exact : Ask(rules, rpc.substr(0, rpc.find('/')), caller);
}

bool Allows(const std::vector<AccessRule>& rules, const std::string& rpc, const Caller& caller) {
  if (IsOpenToAllCallers(rpc)) return true;
  const Answer answer = AskLongestMatch(rules, rpc, caller);
  if (!answer.allowed) return false;
  // Whoever is bound to workspaces asks only where the request can be held against them.
  return !caller.workspaces || answer.any_workspace || RequestNamesWorkspace(rpc);
}

std::string PathOf(const grpc::AuthMetadataProcessor::InputMetadata& metadata) {
  const auto path = metadata.find(":path");
  if (path == metadata.end()) return "";
  return {path->second.data(), path->second.size()};
}

class Processor final : public grpc::AuthMetadataProcessor {
 public:
  Processor(AccessControl control, std::shared_ptr<Authenticator> authenticator)
      : control_(std::move(control)), authenticator_(std::move(authenticator)) {}

  // A look into a short list, and a signature now and then: not worth a thread of its own.
  bool IsBlocking() const override { return false; }

  grpc::Status Process(const InputMetadata& metadata, grpc::AuthContext* context, OutputMetadata*,
                       OutputMetadata*) override {
    const std::string path = PathOf(metadata);
    const auto caller = authenticator_->Authenticate(metadata, CallerOf(*context));
    const absl::Status verdict = caller.ok() ? control_.Check(path, *caller) : caller.status();
    if (verdict.ok()) return grpc::Status::OK;
    refused_.Add();
    log::Warning("rpc refused", {{"rpc", path},
                                 {"caller", caller.ok() ? caller->Identity() : "unknown"},
                                 {"status", verdict}});
    return ToGrpcStatus(verdict);
  }

 private:
  const AccessControl control_;
  const std::shared_ptr<Authenticator> authenticator_;
  metrics::Counter refused_{"rpc_refused_total", "Rpcs that the access rules did not allow"};
};

}  // namespace

AccessControl::AccessControl(std::vector<AccessRule> rules) : rules_(std::move(rules)) {}

absl::Status AccessControl::Check(const std::string& path, const Caller& caller) const {
  const std::string rpc = path.starts_with('/') ? path.substr(1) : path;
  if (Allows(rules_, rpc, caller)) return absl::OkStatus();
  return Error(absl::StatusCode::kPermissionDenied, "CALLER_NOT_ALLOWED",
               caller.Identity() + " may not call " + rpc);
}

std::shared_ptr<grpc::AuthMetadataProcessor> MakeProcessor(
    AccessControl control, std::shared_ptr<Authenticator> authenticator) {
  return std::make_shared<Processor>(std::move(control), std::move(authenticator));
}

}  // namespace callimport::rpc
