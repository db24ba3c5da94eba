#include "services/credential-manager/shredding/shredder.h"

#include "libs/common/status_macros.h"
#include "libs/telemetry/log.h"

namespace callimport::credential_manager {
namespace {

constexpr int kAtOnce = 100;
// A younger one may belong to a transaction that is under way.
constexpr std::chrono::seconds kLeftBehindAfter{600};

}  // namespace

Shredder::Shredder(LifecycleStore& store, const EpochKeys& epoch_keys, const ReceiptSigner& signer,
                   const Clock& clock)
    : store_(store),
      epoch_keys_(epoch_keys),
      signer_(signer),
      clock_(clock),
      shredded_("credentials_shredded_total", "Credentials whose secret was destroyed for good."),
      failed_("credential_shreds_failed_total",
              "Tries to destroy a secret that failed and come again.") {}

absl::Status Shredder::Run() {
  absl::Status worst;
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, store_.ListToShred(clock_.Now(), kAtOnce));
  for (const std::string& id : ids) {
    const absl::Status status = Shred(id);
    if (!status.ok()) failed_.Add();
    worst.Update(status);
  }
  return worst;
}

absl::Status Shredder::Shred(const std::string& credential_id) {
  const Timestamp now = clock_.Now();
  ASSIGN_OR_RETURN(const auto ending, store_.BeginShredding(credential_id, now));
  if (!ending) return absl::OkStatus();
  const bool has_epoch_key = ending->credential.retention == Retention::kEphemeral;
  if (has_epoch_key) RETURN_IF_ERROR(epoch_keys_.Destroy(credential_id).status());
  ASSIGN_OR_RETURN(const bool shredded,
                   store_.FinishShredding(*ending, now, [&](const auto& still, const auto& jobs) {
                     return signer_.Sign(still, jobs, now, has_epoch_key);
                   }));
  if (!shredded) return absl::OkStatus();
  shredded_.Add();
  log::Info("a credential was shredded", {{"credential_id", credential_id},
                                          {"platform", ending->credential.platform},
                                          {"deleted", ending->deleted}});
  return absl::OkStatus();
}

absl::Status Shredder::Sweep() {
  ASSIGN_OR_RETURN(const std::vector<EpochKeys::Entry> entries, epoch_keys_.List());
  std::vector<std::string> old;
  for (const EpochKeys::Entry& entry : entries) {
    if (entry.age >= kLeftBehindAfter) old.push_back(entry.credential_id);
  }
  ASSIGN_OR_RETURN(const std::vector<std::string> unneeded, store_.WithoutNeedOfEpochKey(old));
  for (const std::string& id : unneeded) RETURN_IF_ERROR(epoch_keys_.Destroy(id).status());
  return absl::OkStatus();
}

}  // namespace callimport::credential_manager
