// The anchors of the vault's audit log, as the configuration wants them.
#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "libs/audit/anchor_file.h"
#include "libs/audit/anchorer.h"
#include "libs/audit/anchors.h"
#include "libs/common/clock.h"
#include "libs/crypto/ed25519.h"
#include "libs/postgres/pool.h"
#include "services/credential-manager/config.pb.h"

namespace callimport::credential_manager {

class Anchoring {
 public:
  // Without a file there are no anchors, which is logged. INVALID_ARGUMENT when the key cannot be
  // used or the folder cannot be made.
  static absl::StatusOr<std::unique_ptr<Anchoring>> Open(const AuditAnchors& config,
                                                         postgres::Pool& pool, const Clock& clock);

  // The key that signs them; nothing without a file. CONFIG_INVALID, KEY_FILE_UNUSABLE.
  static absl::StatusOr<std::optional<crypto::Ed25519Key>> ReadKey(const AuditAnchors& config);

  // Run it this often.
  static constexpr std::chrono::seconds kPeriod{1};
  absl::Status Run();

  // Null when there are none.
  audit::Anchors* anchors() { return anchors_.get(); }

 private:
  Anchoring() = default;

  std::unique_ptr<audit::AnchorFile> file_;
  std::unique_ptr<audit::Anchors> anchors_;
  std::unique_ptr<audit::Anchorer> anchorer_;
};

}  // namespace callimport::credential_manager
