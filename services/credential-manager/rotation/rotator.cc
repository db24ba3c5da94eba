#include "services/credential-manager/rotation/rotator.h"

#include <utility>

#include "libs/common/status_macros.h"
#include "libs/telemetry/log.h"

namespace callimport::credential_manager {
namespace {

bool IsBroken(const absl::Status& status) { return status.code() == absl::StatusCode::kDataLoss; }

}  // namespace

Rotator::Rotator(RotationStore& store, const KeyRing& keys, const Sealer& sealer, int rows_at_once)
    : store_(store), keys_(keys), sealer_(sealer), rows_at_once_(rows_at_once) {}

absl::Status Rotator::Run() {
  ASSIGN_OR_RETURN(const std::optional<KeyRotation> rotation, store_.FindRunning());
  if (!rotation) return absl::OkStatus();
  // This replica has not read the new list of keys yet.
  if (!keys_.keys()->Has(rotation->to_key_id)) return absl::OkStatus();

  while (!stopping_) {
    if (keys_.PrimaryId() != rotation->to_key_id) return store_.Supersede(*rotation);
    Pass all;
    for (const SealedRows* table : AllSealedRows()) {
      ASSIGN_OR_RETURN(const Pass pass, RunOnce(*rotation, *table));
      all.changed += pass.changed;
      all.met += pass.met;
      all.unreadable += pass.unreadable;
    }
    if (stopping_) break;
    if (all.changed > 0) continue;
    // Written by others meanwhile: the next run meets them again.
    if (all.met > all.unreadable) return absl::OkStatus();
    log::Info("a rotation of keys is through",
              {{"to_key_id", rotation->to_key_id}, {"unreadable", all.unreadable}});
    return store_.Finish(*rotation, all.unreadable);
  }
  return absl::OkStatus();
}

absl::StatusOr<Rotator::Pass> Rotator::RunOnce(const KeyRotation& rotation,
                                               const SealedRows& table) {
  Pass pass;
  std::string after;
  while (!stopping_) {
    ASSIGN_OR_RETURN(const std::vector<SealedRow> rows,
                     store_.ReadLeft(rotation, table, after, rows_at_once_));
    if (rows.empty()) break;
    after = rows.back().row_id;
    pass.met += static_cast<int64_t>(rows.size());
    RETURN_IF_ERROR(Change(rotation, table, rows, pass));
  }
  return pass;
}

absl::Status Rotator::Change(const KeyRotation& rotation, const SealedRows& table,
                             const std::vector<SealedRow>& rows, Pass& pass) {
  std::vector<SealedRow> to_rewrap;
  for (const SealedRow& row : rows) {
    if (rotation.reencrypt || Sealer::IsOutdated(row.envelope)) {
      RETURN_IF_ERROR(Reencrypt(rotation, table, row, pass));
    } else {
      to_rewrap.push_back(row);
    }
  }
  return Rewrap(rotation, table, to_rewrap, pass);
}

absl::Status Rotator::Rewrap(const KeyRotation& rotation, const SealedRows& table,
                             const std::vector<SealedRow>& rows, Pass& pass) {
  std::vector<SealedRow> read;
  std::vector<crypto::Envelope> rewrapped;
  for (const SealedRow& row : rows) {
    auto envelope = sealer_.Rewrap(row.owner, row.envelope);
    if (envelope.ok() && envelope->key_id == rotation.to_key_id) {
      read.push_back(row);
      rewrapped.push_back(*std::move(envelope));
    } else if (IsBroken(envelope.status())) {
      ++pass.unreadable;
    } else {
      RETURN_IF_ERROR(envelope.status());  // fine, but another key is primary since
    }
  }
  if (read.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const int64_t swapped, store_.SwapWraps(rotation, table, read, rewrapped));
  pass.changed += swapped;
  return absl::OkStatus();
}

absl::Status Rotator::Reencrypt(const KeyRotation& rotation, const SealedRows& table,
                                const SealedRow& row, Pass& pass) {
  const auto changed = store_.Reencrypt(rotation, table, sealer_, row);
  if (IsBroken(changed.status())) {
    ++pass.unreadable;
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(changed.status());
  pass.changed += *changed;
  return absl::OkStatus();
}

}  // namespace callimport::credential_manager
