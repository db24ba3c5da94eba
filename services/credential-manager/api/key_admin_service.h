// KeyAdmin: rotation of the key-encryption keys. Shows no key.
#pragma once

#include "absl/status/statusor.h"
#include "callimport/credential_manager/v1/key_admin.grpc.pb.h"
#include "libs/feed/feed_signal.h"
#include "libs/rpc/caller.h"
#include "services/credential-manager/sealing/key_ring.h"
#include "services/credential-manager/storage/key_store.h"
#include "services/credential-manager/storage/rotation_store.h"

namespace callimport::credential_manager {

class KeyAdminService final : public v1::KeyAdmin::Service {
 public:
  // `stopping` is closed when the process stops, which ends the streams.
  KeyAdminService(KeyStore& keys, RotationStore& rotations, const KeyRing& ring,
                  feed::FeedSignal& stopping)
      : keys_(keys), rotations_(rotations), ring_(ring), stopping_(stopping) {}

  grpc::Status ListKeys(grpc::ServerContext* context, const v1::ListKeysRequest* request,
                        v1::ListKeysResponse* response) override;
  grpc::Status RotateKeys(grpc::ServerContext* context, const v1::RotateKeysRequest* request,
                          grpc::ServerWriter<v1::RotateKeysResponse>* writer) override;
  grpc::Status DestroyKey(grpc::ServerContext* context, const v1::DestroyKeyRequest* request,
                          v1::DestroyKeyResponse* response) override;

 private:
  absl::StatusOr<v1::ListKeysResponse> List();
  absl::Status Rotate(const grpc::ServerContext& context, const rpc::Caller& caller,
                      const v1::RotateKeysRequest& request,
                      grpc::ServerWriter<v1::RotateKeysResponse>& writer);
  absl::StatusOr<v1::DestroyKeyResponse> Destroy(const rpc::Caller& caller,
                                                 const v1::DestroyKeyRequest& request);

  KeyStore& keys_;
  RotationStore& rotations_;
  const KeyRing& ring_;
  feed::FeedSignal& stopping_;
};

}  // namespace callimport::credential_manager
