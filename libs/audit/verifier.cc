#include "libs/audit/verifier.h"

#include "libs/common/status_macros.h"
#include "libs/postgres/transact.h"

namespace callimport::audit {
namespace {

using Kind = Problem::Kind;

constexpr int kPage = 1'000;
// How many records may have been taken out for us to still tell a renumbered one from an edited
// one.
constexpr int64_t kRenumberedBy = 1'000;

class Verification {
 public:
  Verification(postgres::Pool& pool, const AuditLog& log, std::optional<Anchors::Reader> anchors,
               const Progress& progress)
      : pool_(pool), log_(log), anchors_(std::move(anchors)), progress_(progress) {}

  absl::StatusOr<Verdict> Run() {
    RETURN_IF_ERROR(ReadHead());
    RETURN_IF_ERROR(ReadNextAnchor());
    RETURN_IF_ERROR(CheckRecords());
    if (!verdict_.problem) CheckHead();
    if (!verdict_.problem) RETURN_IF_ERROR(CheckLeftAnchors());
    return verdict_;
  }

 private:
  template <typename Body>
  auto Transact(Body body) {
    return postgres::Transact(pool_, body);
  }

  void Report(Kind kind, int64_t sequence, const std::string& text) {
    verdict_.problem = Problem{.kind = kind, .sequence = sequence, .text = text};
  }

  // After the anchors were opened, so that none of them is newer than the head; and after the
  // newest record was read, so that it is not either.
  absl::Status ReadHead() {
    ASSIGN_OR_RETURN(newest_, Transact([&](pqxx::work& tx) { return log_.NewestSequence(tx); }));
    ASSIGN_OR_RETURN(head_, Transact([&](pqxx::work& tx) { return log_.ReadHead(tx); }));
    return absl::OkStatus();
  }

  absl::Status CheckRecords() {
    while (!verdict_.problem && last_.sequence < head_.sequence) {
      ASSIGN_OR_RETURN(const auto records, Transact([&](pqxx::work& tx) {
                         return log_.ReadAfter(tx, last_.sequence, kPage);
                       }));
      for (const Record& record : records) {
        // Younger than the verification.
        if (record.sequence > head_.sequence && last_.sequence == head_.sequence) break;
        RETURN_IF_ERROR(CheckRecord(record));
        if (verdict_.problem) return absl::OkStatus();
      }
      if (records.empty()) break;
      RETURN_IF_ERROR(progress_(verdict_.records_checked, head_.sequence));
    }
    return absl::OkStatus();
  }

  absl::Status CheckRecord(const Record& record) {
    const bool follows =
        record.sequence == last_.sequence + 1 && record.previous_hash == last_.hash;
    if (!follows) return Explain(record);
    if (HashOf(record) != record.hash) {
      Report(Kind::kEdited, record.sequence, "its content does not fit its hash");
      return absl::OkStatus();
    }
    last_ = {.sequence = record.sequence, .hash = record.hash};
    ++verdict_.records_checked;
    return CheckAnchorsHere();
  }

  // Why `record` is not what comes after the last good one.
  absl::Status Explain(const Record& record) {
    const int64_t expected = last_.sequence + 1;
    ASSIGN_OR_RETURN(const int64_t follower,
                     Transact([&](pqxx::work& tx) { return log_.FollowerOf(tx, last_.hash); }));
    if (follower != 0 && follower != expected) {
      Report(Kind::kReordered, expected, "it stands at " + std::to_string(follower) + " now");
    } else if (record.sequence != expected) {
      Report(Kind::kDeleted, expected, "the next record is " + std::to_string(record.sequence));
    } else if (HashOf(record) == record.hash && expected > 1) {
      Report(Kind::kEdited, last_.sequence,
             "it was given a new hash, and the record after it still holds the old one");
    } else if (WasRenumbered(record)) {
      Report(Kind::kDeleted, expected, "the records after it were given new numbers");
    } else {
      Report(Kind::kEdited, expected, "its content does not fit its hash");
    }
    return absl::OkStatus();
  }

  static bool WasRenumbered(Record record) {
    const int64_t shown = record.sequence;
    while (record.sequence < shown + kRenumberedBy) {
      ++record.sequence;
      if (HashOf(record) == record.hash) return true;
    }
    return false;
  }

  void CheckHead() {
    if (last_.sequence < head_.sequence) {
      Report(Kind::kCutOff, last_.sequence + 1,
             "the head has seen " + std::to_string(head_.sequence) + " records");
    } else if (last_.hash != head_.hash || head_.sequence < newest_) {
      Report(Kind::kEdited, last_.sequence, "the head row is not what was written");
    }
  }

  absl::Status ReadNextAnchor() {
    next_anchor_.reset();
    while (anchors_ && !next_anchor_) {
      ASSIGN_OR_RETURN(const auto found, anchors_->Next());
      if (!found) return absl::OkStatus();
      switch (found->state) {
        case FoundAnchor::State::kBroken:
          ++verdict_.unreadable_anchors;
          break;
        case FoundAnchor::State::kForged:
          Report(Kind::kForgedAnchor, found->anchor.head.sequence,
                 "an anchor is not signed by our key");
          return absl::OkStatus();
        case FoundAnchor::State::kGood:
          next_anchor_ = found->anchor;
      }
    }
    return absl::OkStatus();
  }

  absl::Status CheckAnchorsHere() {
    while (!verdict_.problem && next_anchor_ && next_anchor_->head.sequence <= last_.sequence) {
      RETURN_IF_ERROR(CheckAnchor(*next_anchor_));
      if (!verdict_.problem) RETURN_IF_ERROR(ReadNextAnchor());
    }
    return absl::OkStatus();
  }

  absl::Status CheckAnchor(const Anchor& anchor) {
    const int64_t sequence = anchor.head.sequence;
    std::string hash = last_.hash;
    if (sequence == 0) return absl::OkStatus();
    if (sequence < last_.sequence) {
      // Replicas that share a file may write their anchors a moment out of order.
      ASSIGN_OR_RETURN(const auto records, Transact([&](pqxx::work& tx) {
                         return log_.ReadAfter(tx, sequence - 1, 1);
                       }));
      hash = records.empty() ? "" : records.front().hash;
    }
    if (hash != anchor.head.hash) {
      Report(Kind::kRewritten, sequence, "an anchor holds another hash");
      return absl::OkStatus();
    }
    ++verdict_.anchors_checked;
    if (!verdict_.newest_anchor || verdict_.newest_anchor->head.sequence <= sequence) {
      verdict_.newest_anchor = anchor;
    }
    return absl::OkStatus();
  }

  // Every record was read: an anchor that is left has seen more of them.
  absl::Status CheckLeftAnchors() {
    RETURN_IF_ERROR(CheckAnchorsHere());
    if (!verdict_.problem && next_anchor_) {
      Report(Kind::kCutOff, last_.sequence + 1,
             "an anchor has seen " + std::to_string(next_anchor_->head.sequence) + " records");
    }
    return absl::OkStatus();
  }

  postgres::Pool& pool_;
  const AuditLog& log_;
  std::optional<Anchors::Reader> anchors_;
  const Progress& progress_;
  int64_t newest_ = 0;
  Head head_;
  // The last good record.
  Head last_;
  std::optional<Anchor> next_anchor_;
  Verdict verdict_;
};

}  // namespace

absl::StatusOr<Verdict> Verify(postgres::Pool& pool, const AuditLog& log, Anchors* anchors,
                               const Progress& progress) {
  std::optional<Anchors::Reader> reader;
  if (anchors != nullptr) {
    ASSIGN_OR_RETURN(auto opened, anchors->Open());
    reader.emplace(std::move(opened));
  }
  return Verification(pool, log, std::move(reader), progress).Run();
}

const char* NameOf(Problem::Kind kind) {
  switch (kind) {
    case Kind::kEdited:
      return "EDITED";
    case Kind::kDeleted:
      return "DELETED";
    case Kind::kReordered:
      return "REORDERED";
    case Kind::kCutOff:
      return "CUT_OFF";
    case Kind::kRewritten:
      return "REWRITTEN";
    case Kind::kForgedAnchor:
      return "FORGED_ANCHOR";
  }
  return "UNKNOWN";
}

}  // namespace callimport::audit
