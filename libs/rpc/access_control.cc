#include "libs/rpc/access_control.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "libs/common/errors.h"
#include "libs/rpc/status.h"

namespace callimport::rpc {
namespace {

constexpr std::array<std::string_view, 2> kOpenToEveryCaller = {"grpc.health.", "grpc.reflection."};

bool IsOpen(std::string_view rpc) {
  return std::any_of(kOpenToEveryCaller.begin(), kOpenToEveryCaller.end(),
                     [&](std::string_view prefix) { return rpc.starts_with(prefix); });
}

// A rule names a whole service or one of its rpcs.
bool Covers(const AccessRule& rule, std::string_view rpc) {
  const std::string_view rpcs = rule.rpcs();
  return rpc == rpcs || (rpc.starts_with(rpcs) && rpc.substr(rpcs.size()).starts_with('/'));
}

bool Matches(std::string_view pattern, std::string_view identity) {
  if (!pattern.ends_with('*')) return pattern == identity;
  return identity.starts_with(pattern.substr(0, pattern.size() - 1));
}

bool Allows(const AccessRule& rule, const Caller& caller) {
  return std::any_of(rule.callers().begin(), rule.callers().end(), [&](const std::string& pattern) {
    return Matches(pattern, caller.Identity());
  });
}

class Processor final : public grpc::AuthMetadataProcessor {
 public:
  explicit Processor(AccessControl control) : control_(std::move(control)) {}

  // Decides from memory alone, so gRPC need not keep a thread for it.
  bool IsBlocking() const override { return false; }

  grpc::Status Process(const InputMetadata& metadata, grpc::AuthContext* context, OutputMetadata*,
                       OutputMetadata*) override {
    const auto path = metadata.find(":path");
    if (path == metadata.end()) return {grpc::StatusCode::UNAUTHENTICATED, "no path"};
    return ToGrpcStatus(
        control_.Check(std::string(path->second.data(), path->second.size()), CallerOf(*context)));
  }

 private:
  const AccessControl control_;
};

}  // namespace

AccessControl::AccessControl(std::vector<AccessRule> rules) : rules_(std::move(rules)) {
  // The longest match decides, so it stands first.
  std::sort(rules_.begin(), rules_.end(), [](const AccessRule& a, const AccessRule& b) {
    return a.rpcs().size() > b.rpcs().size();
  });
}

absl::Status AccessControl::Check(const std::string& path,
                                  const std::optional<Caller>& caller) const {
  if (!caller) {
    return Error(absl::StatusCode::kUnauthenticated, "CALLER_UNKNOWN",
                 "the client certificate names nobody we know");
  }
  const std::string_view rpc = std::string_view(path).substr(path.starts_with('/') ? 1 : 0);
  if (IsOpen(rpc)) return absl::OkStatus();
  const auto rule = std::find_if(rules_.begin(), rules_.end(),
                                 [&](const AccessRule& each) { return Covers(each, rpc); });
  if (rule != rules_.end() && Allows(*rule, *caller)) return absl::OkStatus();
  return Error(absl::StatusCode::kPermissionDenied, "CALLER_NOT_ALLOWED",
               caller->Identity() + " may not call " + std::string(rpc));
}

std::shared_ptr<grpc::AuthMetadataProcessor> MakeProcessor(AccessControl control) {
  return std::make_shared<Processor>(std::move(control));
}

}  // namespace callimport::rpc
