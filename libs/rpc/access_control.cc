#include "libs/rpc/access_control.h"

#include <utility>

#include "libs/common/errors.h"
#include "libs/rpc/identity.h"
#include "libs/rpc/status.h"
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

enum class Answer { kNoRule, kAllowed, kRefused };

// What the rules say that are written for exactly this service or rpc.
Answer Ask(const std::vector<AccessRule>& rules, const std::string& rpcs, const Caller& caller) {
  Answer answer = Answer::kNoRule;
  for (const AccessRule& rule : rules) {
    if (rule.rpcs() != rpcs) continue;
    answer = Answer::kRefused;
    for (const std::string& pattern : rule.callers()) {
      if (Names(pattern, caller)) return Answer::kAllowed;
    }
  }
  return answer;
}

bool Allows(const std::vector<AccessRule>& rules, const std::string& rpc, const Caller& caller) {
  if (IsOpenToAllCallers(rpc)) return true;
  const Answer exact = Ask(rules, rpc, caller);
  if (exact != Answer::kNoRule) return exact == Answer::kAllowed;
  return Ask(rules, rpc.substr(0, rpc.find('/')), caller) == Answer::kAllowed;
}

std::string PathOf(const grpc::AuthMetadataProcessor::InputMetadata& metadata) {
  const auto path = metadata.find(":path");
  if (path == metadata.end()) return "";
  return {path->second.data(), path->second.size()};
}

class Processor final : public grpc::AuthMetadataProcessor {
 public:
  explicit Processor(AccessControl control) : control_(std::move(control)) {}

  // A look into a short list: not worth a thread of its own.
  bool IsBlocking() const override { return false; }

  grpc::Status Process(const InputMetadata& metadata, grpc::AuthContext* context, OutputMetadata*,
                       OutputMetadata*) override {
    const std::string path = PathOf(metadata);
    const auto caller = CallerOf(*context);
    const absl::Status verdict = control_.Check(path, caller);
    if (verdict.ok()) return grpc::Status::OK;
    refused_.Add();
    log::Warning(
        "rpc refused",
        {{"rpc", path}, {"caller", caller ? caller->Identity() : "unknown"}, {"status", verdict}});
    return ToGrpcStatus(verdict);
  }

 private:
  AccessControl control_;
  metrics::Counter refused_{"rpc_refused_total", "Rpcs that the access rules did not allow"};
};

}  // namespace

AccessControl::AccessControl(std::vector<AccessRule> rules) : rules_(std::move(rules)) {}

absl::Status AccessControl::Check(const std::string& path,
                                  const std::optional<Caller>& caller) const {
  if (!caller) {
    return Error(absl::StatusCode::kUnauthenticated, "CALLER_UNKNOWN",
                 "the client certificate names nobody known here");
  }
  const std::string rpc = path.starts_with('/') ? path.substr(1) : path;
  if (Allows(rules_, rpc, *caller)) return absl::OkStatus();
  return Error(absl::StatusCode::kPermissionDenied, "CALLER_NOT_ALLOWED",
               caller->Identity() + " may not call " + rpc);
}

std::shared_ptr<grpc::AuthMetadataProcessor> MakeProcessor(AccessControl control) {
  return std::make_shared<Processor>(std::move(control));
}

}  // namespace callimport::rpc
