// Anchors: what the head of an audit log was at a moment, signed and kept outside the database.
//
// One line each:
//   callimport-anchor-1 LOG SEQUENCE HASH MICROSECONDS KEY SIGNATURE
// HASH and SIGNATURE in hexadecimal digits, KEY the first eight bytes of the SHA-256 of the public
// key. The Ed25519 signature is over everything before the space in front of it.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/audit/anchor_target.h"
#include "libs/audit/entry.h"
#include "libs/crypto/ed25519.h"

namespace callimport::audit {

struct Anchor {
  Head head;
  Timestamp anchored_at;
};

// A line as it was found.
struct FoundAnchor {
  // kBroken: no line of ours, as a crash leaves; kForged: not signed by our key.
  enum class State { kGood, kBroken, kForged };
  State state = State::kBroken;
  Anchor anchor = {};
};

class Anchors {
 public:
  // `log` tells the logs of several services apart: "credential_manager.audit_log".
  Anchors(AnchorTarget& target, std::string log, crypto::Ed25519Key key);

  absl::Status Append(const Anchor& anchor);

  // The newest good one.
  absl::StatusOr<std::optional<Anchor>> Latest();

  class Reader {
   public:
    Reader(const Anchors& anchors, std::unique_ptr<AnchorLines> lines);
    // Nothing after the last one.
    absl::StatusOr<std::optional<FoundAnchor>> Next();

   private:
    const Anchors& anchors_;
    std::unique_ptr<AnchorLines> lines_;
  };
  // What is there now, oldest first.
  absl::StatusOr<Reader> Open();

 private:
  std::string Write(const Anchor& anchor) const;
  FoundAnchor Read(const std::string& line) const;

  AnchorTarget& target_;
  const std::string log_;
  const crypto::Ed25519Key key_;
  const std::string key_id_;
};

}  // namespace callimport::audit
