// A JSON Web Token (RFC 7519, in the compact form of RFC 7515) and whether it may be believed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/common/clock.h"
#include "libs/json/document.h"
#include "libs/jwt/key_set.h"

namespace callimport::jwt {

constexpr size_t kMaxTokenBytes = 6 * 1024;

// What a token must be besides signed: exactly of this issuer, exactly for this audience, and in
// its time, give or take `clock_skew`.
struct Demands {
  std::string issuer;
  std::string audience;
  std::chrono::seconds clock_skew{30};
};

// What a believed token says.
class Claims {
 public:
  Timestamp expires_at() const { return expires_at_; }

  bool Has(const std::string& name) const { return document_.root().Find(name).has_value(); }

  // The claim when it is text; else nothing.
  std::optional<std::string> Text(const std::string& name) const;
  // The claim as one text or a list of texts; nothing when it is missing or anything else.
  std::optional<std::vector<std::string>> Texts(const std::string& name) const;

 private:
  friend absl::StatusOr<Claims> Verify(const std::string&, const KeySet&, const Demands&,
                                       Timestamp);
  Claims(json::Document document, Timestamp expires_at)
      : document_(std::move(document)), expires_at_(expires_at) {}

  json::Document document_;
  Timestamp expires_at_;
};

// UNAUTHENTICATED: TOKEN_EXPIRED, or TOKEN_INVALID saying why. The message shows nothing of it.
absl::StatusOr<Claims> Verify(const std::string& token, const KeySet& keys, const Demands& demands,
                              Timestamp now);

}  // namespace callimport::jwt
