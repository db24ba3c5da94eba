// From a bearer token to the caller that it names.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "absl/status/statusor.h"
#include "libs/common/clock.h"
#include "libs/jwt/token.h"
#include "libs/rpc/caller.h"
#include "libs/rpc/config.pb.h"
#include "libs/telemetry/metrics.h"

namespace callimport::rpc {

// Safe from any thread.
class TokenReader {
 public:
  // CONFIG_INVALID names what is wrong; `field` is where the config stands in its file.
  static absl::StatusOr<std::shared_ptr<TokenReader>> Open(const TokenConfig& config,
                                                           const std::string& field,
                                                           const Clock& clock = SystemClock());

  // UNAUTHENTICATED: TOKEN_INVALID or TOKEN_EXPIRED. Nothing of the token is in the message.
  absl::StatusOr<Caller> Read(const std::string& token);

  // Reads the keys again if their file has changed. While that is broken, the old ones stay, and
  // the log says so.
  void LookAgain();

 private:
  struct Known {
    Caller caller;
    Timestamp expires_at;
  };

  TokenReader(const TokenConfig& config, const Clock& clock);
  absl::Status Load();
  absl::StatusOr<Known> Check(const std::string& token, const jwt::KeySet& keys) const;
  // The keys to check by, and the caller if this token was found good before.
  std::shared_ptr<const jwt::KeySet> Recall(const std::string& digest,
                                            std::optional<Caller>& caller);

  const TokenConfig config_;
  const jwt::Demands demands_;
  const Clock& clock_;
  metrics::Counter failures_;
  std::mutex mutex_;
  std::string file_text_;
  std::shared_ptr<const jwt::KeySet> keys_;
  // Digests of tokens found good lately: the same one comes with every rpc of its owner.
  std::unordered_map<std::string, Known> known_;
};

}  // namespace callimport::rpc
