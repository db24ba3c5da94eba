// A vault that keeps secrets in memory, for tests.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "libs/clients/credential_manager/credential_vault_client.h"
#include "libs/common/clock.h"
#include "libs/common/errors.h"
#include "libs/common/proto_time.h"

namespace callimport::adapter_gateway {

class FakeVault : public credential_manager::CredentialVaultClient {
 public:
  using Fields = std::map<std::string, std::string>;

  explicit FakeVault(const Clock& clock) : clock_(clock) {}

  void Put(const std::string& workspace, const std::string& id, const std::string& platform,
           const Fields& fields) {
    std::lock_guard lock(mutex_);
    auto& lease = leases_[{workspace, id}];
    lease.set_platform(platform);
    lease.mutable_fields()->clear();
    lease.mutable_fields()->insert(fields.begin(), fields.end());
  }
  void Delete(const std::string& workspace, const std::string& id) {
    std::lock_guard lock(mutex_);
    leases_.erase({workspace, id});
  }
  void set_lifetime(std::chrono::milliseconds lifetime) { lifetime_ = lifetime; }
  void set_before_lease(std::function<void()> hook) { before_lease_ = std::move(hook); }

  int leases() const { return leased_; }
  const std::vector<credential_manager::v1::StoreCredentialRequest>& stored() const {
    return stored_;
  }
  const std::vector<credential_manager::v1::RecordVerificationRequest>& verdicts() const {
    return verdicts_;
  }

  absl::StatusOr<credential_manager::v1::StoreCredentialResponse> StoreCredential(
      const credential_manager::v1::StoreCredentialRequest& request) override {
    Fields fields(request.secret_fields().begin(), request.secret_fields().end());
    fields.insert(request.public_fields().begin(), request.public_fields().end());
    const std::string id = "credential-" + std::to_string(stored_.size() + 1);
    Put(request.workspace_id(), id, request.platform(), fields);
    stored_.push_back(request);
    credential_manager::v1::StoreCredentialResponse response;
    response.mutable_credential()->set_credential_id(id);
    return response;
  }

  absl::StatusOr<credential_manager::v1::LeaseAccessResponse> LeaseAccess(
      const credential_manager::v1::LeaseAccessRequest& request) override {
    if (before_lease_) before_lease_();
    std::lock_guard lock(mutex_);
    ++leased_;
    const auto found = leases_.find({request.workspace_id(), request.credential_id()});
    if (found == leases_.end()) {
      return Error(absl::StatusCode::kNotFound, "CREDENTIAL_NOT_FOUND", "there is none");
    }
    auto response = found->second;
    *response.mutable_lease_expire_time() = ToProto(clock_.Now() + lifetime_);
    return response;
  }

  absl::StatusOr<credential_manager::v1::RecordVerificationResponse> RecordVerification(
      const credential_manager::v1::RecordVerificationRequest& request) override {
    verdicts_.push_back(request);
    return credential_manager::v1::RecordVerificationResponse();
  }

 private:
  const Clock& clock_;
  std::chrono::milliseconds lifetime_{std::chrono::hours(1)};
  std::function<void()> before_lease_;
  std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, credential_manager::v1::LeaseAccessResponse>
      leases_;
  int leased_ = 0;
  std::vector<credential_manager::v1::StoreCredentialRequest> stored_;
  std::vector<credential_manager::v1::RecordVerificationRequest> verdicts_;
};

}  // namespace callimport::adapter_gateway
