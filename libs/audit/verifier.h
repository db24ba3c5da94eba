// Reads an audit log from its first record to its head, in bounded memory, and says whether it is
// what was written: hashes against rows, rows against each other, and both against the anchors.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/audit/anchors.h"
#include "libs/audit/audit_log.h"
#include "libs/postgres/pool.h"

namespace callimport::audit {

struct Problem {
  enum class Kind {
    // A record, or the head, is not as it was written.
    kEdited = 1,
    // A record is missing in the middle.
    kDeleted,
    // Records stand in another order than they were written in.
    kReordered,
    // The newest records are missing: the head row or an anchor has seen more.
    kCutOff,
    // The rows agree with each other, but not with an anchor: they were written anew.
    kRewritten,
    // An anchor is not signed by our key.
    kForgedAnchor,
  };
  Kind kind;
  // Of the first bad record. With kRewritten, of the first anchor that disagrees: what is bad
  // stands there or earlier, after the anchor before. With kForgedAnchor, what the anchor claims.
  int64_t sequence;
  std::string text;
};

struct Verdict {
  int64_t records_checked = 0;
  int64_t anchors_checked = 0;
  // Lines that a crash has left incomplete, or that somebody has made unreadable.
  int64_t unreadable_anchors = 0;
  std::optional<Anchor> newest_anchor;
  // Nothing: the log is whole.
  std::optional<Problem> problem;
};

// Hears how far it is; an error stops the verification.
using Progress = std::function<absl::Status(int64_t checked, int64_t of)>;

// Without anchors (nullptr) a cut tail shows only when the head row was left as it was.
absl::StatusOr<Verdict> Verify(postgres::Pool& pool, const AuditLog& log, Anchors* anchors,
                               const Progress& progress);

const char* NameOf(Problem::Kind kind);

}  // namespace callimport::audit
