#include "libs/rpc/token_reader.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <sstream>
#include <utility>
#include <vector>

#include "libs/common/errors.h"
#include "libs/common/ids.h"
#include "libs/common/status_macros.h"
#include "libs/crypto/digest.h"
#include "libs/rpc/run_main.h"
#include "libs/telemetry/log.h"

namespace callimport::rpc {
namespace {

constexpr int kDefaultSkewSeconds = 30;
constexpr int kMaxSkewSeconds = 300;
constexpr size_t kMaxKnown = 4096;
constexpr size_t kMaxNameBytes = 128;
constexpr size_t kMaxWorkspaces = 100;

struct Role {
  const char* claim;
  const char* kind;
};

// An operator, who may destroy keys, comes by certificate only.
constexpr std::array kRoles{
    Role{"SUPPORT", "support"},
    Role{"AUDITOR", "auditor"},
    Role{"WORKSPACE_ADMIN", "workspace-admin"},
    Role{"WORKSPACE_MEMBER", "workspace-member"},
    Role{"SERVICE", "service"},
};

absl::Status Invalid(const std::string& why) {
  return Error(absl::StatusCode::kUnauthenticated, "TOKEN_INVALID", "the token " + why);
}

std::string OrElse(const std::string& name, const char* otherwise) {
  return name.empty() ? otherwise : name;
}

absl::StatusOr<std::string> KindOf(const jwt::Claims& claims, const std::string& claim) {
  const auto text = claims.Text(claim);
  const auto* role =
      std::ranges::find_if(kRoles, [&](const Role& known) { return text == known.claim; });
  if (role == kRoles.end()) return Invalid("names no role known here");
  return std::string(role->kind);
}

// Names go into logs and records: "auth0|6f1", "dana@acme.com".
bool IsName(const std::string& name) {
  return !name.empty() && name.size() <= kMaxNameBytes &&
         std::ranges::all_of(name, [](unsigned char c) {
           return std::isalnum(c) ||
                  std::string_view("-_.@|+:").find(static_cast<char>(c)) != std::string_view::npos;
         });
}

// Support and auditors may be bound to workspaces; people of workspaces must be.
absl::StatusOr<std::optional<std::vector<std::string>>> WorkspacesOf(const jwt::Claims& claims,
                                                                     const std::string& claim,
                                                                     const std::string& kind) {
  std::optional<std::vector<std::string>> workspaces = claims.Texts(claim);
  if (!workspaces && claims.Has(claim)) return Invalid("names its workspaces in no known form");
  if (!workspaces && !IsOfWorkspaces(kind)) return workspaces;
  if (!workspaces || workspaces->empty() || workspaces->size() > kMaxWorkspaces ||
      !std::ranges::all_of(*workspaces, IsWorkspaceId)) {
    return Invalid("names no workspace");
  }
  return workspaces;
}

std::string Content(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

absl::Status CheckConfig(const TokenConfig& config, const std::string& field) {
  if (config.jwks_file().empty()) return ConfigError(field + ".jwks_file", "is missing");
  if (config.issuer().empty()) return ConfigError(field + ".issuer", "is missing");
  if (config.audience().empty()) return ConfigError(field + ".audience", "is missing");
  if (config.clock_skew_seconds() < 0 || config.clock_skew_seconds() > kMaxSkewSeconds) {
    return ConfigError(field + ".clock_skew_seconds", "must be 0 to 300");
  }
  return absl::OkStatus();
}

jwt::Demands DemandsOf(const TokenConfig& config) {
  const int skew = config.clock_skew_seconds();
  return {.issuer = config.issuer(),
          .audience = config.audience(),
          .clock_skew = std::chrono::seconds(skew > 0 ? skew : kDefaultSkewSeconds)};
}

}  // namespace

TokenReader::TokenReader(const TokenConfig& config, const Clock& clock)
    : config_(config),
      demands_(DemandsOf(config)),
      clock_(clock),
      failures_("reload_failures_total", "Changed files that could not be taken over",
                {{"file", "jwks"}}) {}

absl::StatusOr<std::shared_ptr<TokenReader>> TokenReader::Open(const TokenConfig& config,
                                                               const std::string& field,
                                                               const Clock& clock) {
  RETURN_IF_ERROR(CheckConfig(config, field));
  const std::shared_ptr<TokenReader> reader(new TokenReader(config, clock));
  const absl::Status loaded = reader->Load();
  if (!loaded.ok()) {
    return ConfigError(field + ".jwks_file",
                       config.jwks_file() + ": " + std::string(loaded.message()));
  }
  return reader;
}

// OK also when there is nothing new.
absl::Status TokenReader::Load() {
  std::string text = Content(config_.jwks_file());
  {
    std::lock_guard lock(mutex_);
    if (keys_ != nullptr && text == file_text_) return absl::OkStatus();
    file_text_ = text;  // what is broken is complained about once
  }
  if (text.empty()) {
    return Error(absl::StatusCode::kInvalidArgument, "KEY_SET_INVALID",
                 "cannot be read, or is empty");
  }
  ASSIGN_OR_RETURN(jwt::KeySet keys, jwt::KeySet::Parse(text));
  std::lock_guard lock(mutex_);
  const bool first = keys_ == nullptr;
  keys_ = std::make_shared<const jwt::KeySet>(std::move(keys));
  known_.clear();
  if (!first) log::Info("token keys taken over", {{"keys", keys_->size()}});
  return absl::OkStatus();
}

void TokenReader::LookAgain() {
  const absl::Status status = Load();
  if (status.ok()) return;
  failures_.Add();
  log::Error("new token keys are broken; the old ones stay",
             {{"file", config_.jwks_file()}, {"status", status}});
}

absl::StatusOr<TokenReader::Known> TokenReader::Check(const std::string& token,
                                                      const jwt::KeySet& keys) const {
  ASSIGN_OR_RETURN(const jwt::Claims claims, jwt::Verify(token, keys, demands_, clock_.Now()));
  Known known{.caller = {}, .expires_at = claims.expires_at()};
  ASSIGN_OR_RETURN(known.caller.kind, KindOf(claims, OrElse(config_.role_claim(), "role")));
  known.caller.name = claims.Text(OrElse(config_.name_claim(), "sub")).value_or("");
  if (!IsName(known.caller.name)) return Invalid("names nobody");
  ASSIGN_OR_RETURN(
      known.caller.workspaces,
      WorkspacesOf(claims, OrElse(config_.workspace_claim(), "workspaces"), known.caller.kind));
  return known;
}

std::shared_ptr<const jwt::KeySet> TokenReader::Recall(const std::string& digest,
                                                       std::optional<Caller>& caller) {
  std::lock_guard lock(mutex_);
  const auto found = known_.find(digest);
  if (found != known_.end()) {
    if (clock_.Now() < found->second.expires_at + demands_.clock_skew) {
      caller = found->second.caller;
    } else {
      known_.erase(found);
    }
  }
  return keys_;
}

absl::StatusOr<Caller> TokenReader::Read(const std::string& token) {
  if (token.size() > jwt::kMaxTokenBytes) return Invalid("is longer than 6 KiB");
  const std::string digest = crypto::Sha256(token);
  std::optional<Caller> recalled;
  const auto keys = Recall(digest, recalled);
  if (recalled) return *recalled;
  ASSIGN_OR_RETURN(Known known, Check(token, *keys));
  std::lock_guard lock(mutex_);
  if (keys != keys_) return known.caller;  // the keys have just changed: not to be relied on
  if (known_.size() >= kMaxKnown) known_.clear();
  return known_.insert_or_assign(digest, std::move(known)).first->second.caller;
}

}  // namespace callimport::rpc
