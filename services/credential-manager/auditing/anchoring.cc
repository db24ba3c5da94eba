#include "services/credential-manager/auditing/anchoring.h"

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/crypto/ed25519.h"
#include "libs/telemetry/log.h"
#include "services/credential-manager/sealing/key_file.h"
#include "services/credential-manager/storage/audit_table.h"

namespace callimport::credential_manager {
namespace {

absl::Status MakeFolderOf(const std::string& file) {
  const auto folder = std::filesystem::absolute(file).parent_path();
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (!error) return absl::OkStatus();
  return Error(absl::StatusCode::kInvalidArgument, "CONFIG_INVALID",
               "audit_anchors.file: cannot make " + folder.string() + ": " + error.message());
}

audit::Anchorer::Pace PaceOf(const AuditAnchors& config) {
  audit::Anchorer::Pace pace;
  if (config.interval_seconds() > 0) pace.every = std::chrono::seconds(config.interval_seconds());
  if (config.every_entries() > 0) pace.every_entries = config.every_entries();
  return pace;
}

}  // namespace

absl::StatusOr<std::optional<crypto::Ed25519Key>> Anchoring::ReadKey(const AuditAnchors& config) {
  if (config.file().empty()) return std::nullopt;
  ASSIGN_OR_RETURN(const Secret pem, ReadPrivateFile("audit_anchors.key_file", config.key_file()));
  auto key = crypto::Ed25519Key::FromPem(pem);
  if (key.ok()) return *std::move(key);
  return Error(absl::StatusCode::kInvalidArgument, "CONFIG_INVALID",
               absl::StrCat("audit_anchors.key_file: ", key.status().message()));
}

absl::StatusOr<std::unique_ptr<Anchoring>> Anchoring::Open(const AuditAnchors& config,
                                                           postgres::Pool& pool,
                                                           const Clock& clock) {
  std::unique_ptr<Anchoring> anchoring(new Anchoring);
  ASSIGN_OR_RETURN(auto key, ReadKey(config));
  if (!key) {
    log::Warning("the audit log has no anchors outside the database");
    return anchoring;
  }
  RETURN_IF_ERROR(MakeFolderOf(config.file()));
  anchoring->file_ = std::make_unique<audit::AnchorFile>(config.file());
  anchoring->anchors_ = std::make_unique<audit::Anchors>(
      *anchoring->file_, "credential_manager." + CredentialAuditLog().name(), *std::move(key));
  anchoring->anchorer_ = std::make_unique<audit::Anchorer>(
      pool, CredentialAuditLog(), *anchoring->anchors_, clock, PaceOf(config));
  return anchoring;
}

absl::Status Anchoring::Run() { return anchorer_ ? anchorer_->Run() : absl::OkStatus(); }

}  // namespace callimport::credential_manager
