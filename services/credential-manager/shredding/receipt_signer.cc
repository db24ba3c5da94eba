#include "services/credential-manager/shredding/receipt_signer.h"

#include <google/protobuf/util/json_util.h>

#include <stdexcept>
#include <utility>

#include "callimport/credential_manager/v1/credential_lifecycle.pb.h"
#include "libs/common/errors.h"
#include "libs/common/proto_time.h"
#include "libs/common/status_macros.h"
#include "libs/crypto/digest.h"
#include "libs/crypto/hmac.h"
#include "services/credential-manager/sealing/key_file.h"

namespace callimport::credential_manager {
namespace {

constexpr char kKind[] = "callimport-shred-receipt/1";
constexpr char kFingerprintPurpose[] = "callimport credential fingerprint 1";

std::string ToJson(const v1::ShredStatement& statement) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(statement, &json, options).ok()) {
    throw std::runtime_error("a receipt cannot be written");
  }
  return json;
}

}  // namespace

ReceiptSigner::ReceiptSigner(crypto::Ed25519Key key, Secret fingerprint_key)
    : key_(std::move(key)), fingerprint_key_(std::move(fingerprint_key)) {}

absl::StatusOr<ReceiptSigner> ReceiptSigner::FromFile(const std::string& file) {
  ASSIGN_OR_RETURN(const Secret pem, ReadPrivateFile("receipt_key_file", file));
  auto key = crypto::Ed25519Key::FromPem(pem);
  if (!key.ok()) {
    return Error(absl::StatusCode::kInvalidArgument, "KEY_FILE_UNUSABLE",
                 "receipt_key_file: " + file + ": must be a private Ed25519 key in PEM");
  }
  return ReceiptSigner(*std::move(key), Secret(crypto::HmacSha256(pem, kFingerprintPurpose)));
}

SignedReceipt ReceiptSigner::Sign(const EndingCredential& ending,
                                  const std::vector<std::string>& job_ids, Timestamp now,
                                  bool epoch_key_destroyed) const {
  v1::ShredStatement statement;
  statement.set_kind(kKind);
  statement.set_credential_id(ending.credential.credential_id);
  statement.set_workspace_id(ending.credential.workspace_id);
  statement.set_platform(ending.credential.platform);
  statement.set_account_ref(ending.credential.account_ref);
  statement.set_fingerprint(crypto::ToHex(ending.fingerprint));
  statement.set_cause(ending.deleted ? v1::ShredStatement::CAUSE_DELETED
                                     : v1::ShredStatement::CAUSE_RELEASED);
  *statement.mutable_create_time() = ToProto(ending.credential.created_at);
  *statement.mutable_shred_time() = ToProto(now);
  statement.set_epoch_key_destroyed(epoch_key_destroyed);
  statement.mutable_job_ids()->Assign(job_ids.begin(), job_ids.end());

  const std::string json = ToJson(statement);
  return {.statement = json, .signature = key_.Sign(json), .public_key = key_.public_key()};
}

}  // namespace callimport::credential_manager
