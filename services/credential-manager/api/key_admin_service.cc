#include "services/credential-manager/api/key_admin_service.h"

#include <chrono>

#include "libs/common/errors.h"
#include "libs/common/proto_time.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/answer.h"
#include "libs/telemetry/correlation.h"
#include "services/credential-manager/domain/key_wear.h"

namespace callimport::credential_manager {
namespace {

constexpr std::chrono::milliseconds kLookEvery{200};
constexpr size_t kMaxKeyIdBytes = 64;

AuditContext AuditAs(const rpc::Caller& caller) {
  return {caller.Identity(), CurrentCorrelationId()};
}

v1::KeyState StateOf(const KnownKey& key, const KeyList& list) {
  if (key.destroyed_at) return v1::KEY_STATE_DESTROYED;
  if (key.key_id == list.primary_id) return v1::KEY_STATE_PRIMARY;
  return list.Has(key.key_id) ? v1::KEY_STATE_OPENS : v1::KEY_STATE_MISSING;
}

v1::Key ToMessage(const KeyStore::KeyFacts& facts, const KeyList& list) {
  const KnownKey& known = facts.known;
  v1::Key key;
  key.set_key_id(known.key_id);
  key.set_state(StateOf(known, list));
  if (list.local.contains(known.key_id)) key.set_source("local");
  if (list.transit.contains(known.key_id)) key.set_source("transit");
  key.set_rows(facts.rows);
  key.set_wraps(known.wraps);
  key.set_is_worn(IsWorn(known.wraps));
  *key.mutable_first_seen_time() = ToProto(known.first_seen_at);
  if (known.destroyed_at) *key.mutable_destroy_time() = ToProto(*known.destroyed_at);
  key.set_destroyed_by(known.destroyed_by);
  return key;
}

v1::RotateKeysResponse ToMessage(const RotationStore::Progress& progress) {
  v1::RotateKeysResponse message;
  message.set_rotation_id(progress.rotation.rotation_id);
  message.set_to_key_id(progress.rotation.to_key_id);
  message.set_reencrypt(progress.rotation.reencrypt);
  message.set_rows_done(progress.rotation.rows_done);
  message.set_rows_left(progress.rows_left);
  *message.mutable_start_time() = ToProto(progress.rotation.started_at);
  if (!progress.rotation.finished_at) return message;
  v1::RotationProof& proof = *message.mutable_proof();
  for (const auto& [key_id, rows] : progress.rows_under_keys) {
    v1::RotationProof::RowsUnderKey& under = *proof.add_rows_under_keys();
    under.set_key_id(key_id);
    under.set_rows(rows);
  }
  proof.set_rows_unreadable(progress.rotation.rows_unreadable);
  *proof.mutable_count_time() = ToProto(progress.counted_at);
  return message;
}

}  // namespace

grpc::Status KeyAdminService::ListKeys(grpc::ServerContext* context, const v1::ListKeysRequest*,
                                       v1::ListKeysResponse* response) {
  return rpc::Answer(*context, response, [&](const rpc::Caller&) { return List(); });
}

grpc::Status KeyAdminService::RotateKeys(grpc::ServerContext* context,
                                         const v1::RotateKeysRequest* request,
                                         grpc::ServerWriter<v1::RotateKeysResponse>* writer) {
  return rpc::AnswerWith(*context, *request, [&](const rpc::Caller& caller) {
    return Rotate(*context, caller, *request, *writer);
  });
}

grpc::Status KeyAdminService::DestroyKey(grpc::ServerContext* context,
                                         const v1::DestroyKeyRequest* request,
                                         v1::DestroyKeyResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller& caller) { return Destroy(caller, *request); });
}

absl::StatusOr<v1::ListKeysResponse> KeyAdminService::List() {
  const auto list = ring_.keys();
  ASSIGN_OR_RETURN(const auto keys, keys_.List());
  v1::ListKeysResponse response;
  for (const KeyStore::KeyFacts& key : keys) *response.add_keys() = ToMessage(key, *list);
  return response;
}

absl::Status KeyAdminService::Rotate(const grpc::ServerContext& context, const rpc::Caller& caller,
                                     const v1::RotateKeysRequest& request,
                                     grpc::ServerWriter<v1::RotateKeysResponse>& writer) {
  ASSIGN_OR_RETURN(const KeyRotation rotation,
                   rotations_.Start(ring_.PrimaryId(), request.reencrypt(), AuditAs(caller)));
  uint64_t seen = 0;
  do {
    if (context.IsCancelled()) return absl::CancelledError("who asked has left");
    ASSIGN_OR_RETURN(const auto progress, rotations_.Look(rotation.rotation_id));
    if (progress.rotation.superseded) {
      return Error(absl::StatusCode::kAborted, "ROTATION_SUPERSEDED",
                   "another key has become primary meanwhile");
    }
    if (!writer.Write(ToMessage(progress))) return absl::CancelledError("who asked has left");
    if (progress.rotation.finished_at) return absl::OkStatus();
  } while (stopping_.Wait(seen, kLookEvery));
  return Error(absl::StatusCode::kUnavailable, "SHUTTING_DOWN",
               "credential-manager is stopping; the rotation goes on when it is back");
}

absl::StatusOr<v1::DestroyKeyResponse> KeyAdminService::Destroy(
    const rpc::Caller& caller, const v1::DestroyKeyRequest& request) {
  RETURN_IF_ERROR(RequestCheck()
                      .Require(!request.key_id().empty() &&
                                   request.key_id().size() <= kMaxKeyIdBytes &&
                                   request.key_id().find('\0') == std::string::npos,
                               "key_id", "must be 1 to 64 bytes of text")
                      .Verdict());
  if (request.key_id() == ring_.PrimaryId()) {
    return Error(absl::StatusCode::kFailedPrecondition, "KEY_IS_PRIMARY",
                 "the key " + request.key_id() + " is the one that seals");
  }
  ASSIGN_OR_RETURN(const Timestamp destroyed_at, keys_.Destroy(request.key_id(), AuditAs(caller)));
  v1::DestroyKeyResponse response;
  *response.mutable_destroy_time() = ToProto(destroyed_at);
  return response;
}

}  // namespace callimport::credential_manager
