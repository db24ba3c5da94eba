#include "libs/audit/anchorer.h"

#include "libs/common/status_macros.h"
#include "libs/postgres/transact.h"

namespace callimport::audit {

Anchorer::Anchorer(postgres::Pool& pool, const AuditLog& log, Anchors& anchors, const Clock& clock,
                   Pace pace)
    : pool_(pool),
      log_(log),
      anchors_(anchors),
      clock_(clock),
      pace_(pace),
      unanchored_("audit_unanchored_entries",
                  "Entries of the audit log that no anchor outside the database covers yet.") {}

bool Anchorer::IsDue(const Head& head) const {
  const int64_t anchored = last_ ? last_->head.sequence : 0;
  if (head.sequence == anchored) return false;
  // A log shorter than its anchor was cut off; the anchor that shows it stays the newest.
  if (head.sequence < anchored) return false;
  return !last_ || head.sequence - anchored >= pace_.every_entries ||
         clock_.Now() - last_->anchored_at >= pace_.every;
}

absl::Status Anchorer::Run() {
  if (!knows_last_) {
    ASSIGN_OR_RETURN(last_, anchors_.Latest());
    knows_last_ = true;
  }
  ASSIGN_OR_RETURN(const Head head,
                   postgres::Transact(pool_, [&](pqxx::work& tx) { return log_.ReadHead(tx); }));
  if (IsDue(head)) {
    const Anchor anchor{.head = head, .anchored_at = clock_.Now()};
    RETURN_IF_ERROR(anchors_.Append(anchor));
    last_ = anchor;
  }
  unanchored_.Set(static_cast<double>(head.sequence - (last_ ? last_->head.sequence : 0)));
  return absl::OkStatus();
}

}  // namespace callimport::audit
