// CredentialLifecycle: releases, promotions, receipts, and the feed of changes. Shows no secret.
#pragma once

#include <chrono>

#include "absl/status/statusor.h"
#include "callimport/credential_manager/v1/credential_lifecycle.grpc.pb.h"
#include "libs/feed/feed_signal.h"
#include "libs/rpc/caller.h"
#include "services/credential-manager/storage/lifecycle_store.h"

namespace callimport::credential_manager {

class CredentialLifecycleService final : public v1::CredentialLifecycle::Service {
 public:
  // `stopping` is closed when the process stops, which ends the streams.
  CredentialLifecycleService(LifecycleStore& store, std::chrono::seconds retry_window,
                             feed::FeedSignal& stopping)
      : store_(store), retry_window_(retry_window), stopping_(stopping) {}

  grpc::Status Release(grpc::ServerContext* context, const v1::ReleaseRequest* request,
                       v1::ReleaseResponse* response) override;
  grpc::Status Retain(grpc::ServerContext* context, const v1::RetainRequest* request,
                      v1::RetainResponse* response) override;
  grpc::Status Promote(grpc::ServerContext* context, const v1::PromoteRequest* request,
                       v1::PromoteResponse* response) override;
  grpc::Status GetShredReceipt(grpc::ServerContext* context,
                               const v1::GetShredReceiptRequest* request,
                               v1::GetShredReceiptResponse* response) override;
  grpc::Status GetCredentialSnapshot(grpc::ServerContext* context,
                                     const v1::GetCredentialSnapshotRequest* request,
                                     v1::GetCredentialSnapshotResponse* response) override;
  grpc::Status WatchCredentials(grpc::ServerContext* context,
                                const v1::WatchCredentialsRequest* request,
                                grpc::ServerWriter<v1::WatchCredentialsResponse>* writer) override;

 private:
  absl::StatusOr<v1::ReleaseResponse> DoRelease(const rpc::Caller& caller,
                                                const v1::ReleaseRequest& request);
  absl::StatusOr<v1::RetainResponse> DoRetain(const rpc::Caller& caller,
                                              const v1::RetainRequest& request);
  absl::StatusOr<v1::PromoteResponse> DoPromote(const v1::PromoteRequest& request);
  absl::StatusOr<v1::GetShredReceiptResponse> Receipt(const v1::GetShredReceiptRequest& request);
  absl::StatusOr<v1::GetCredentialSnapshotResponse> Snapshot(
      const v1::GetCredentialSnapshotRequest& request);
  absl::Status Watch(const grpc::ServerContext& context, const v1::WatchCredentialsRequest& request,
                     grpc::ServerWriter<v1::WatchCredentialsResponse>& writer);

  LifecycleStore& store_;
  const std::chrono::seconds retry_window_;
  feed::FeedSignal& stopping_;
};

}  // namespace callimport::credential_manager
