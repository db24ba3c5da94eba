// A vault that keeps signing secrets in memory, for tests.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "libs/clients/credential_manager/webhook_secrets_client.h"
#include "libs/common/clock.h"
#include "libs/common/proto_time.h"

namespace callimport::adapter_gateway {

class FakeWebhookSecrets : public credential_manager::WebhookSecretsClient {
 public:
  explicit FakeWebhookSecrets(const Clock& clock) : clock_(clock) {}

  void Put(const std::string& source, const std::string& secret) {
    std::lock_guard lock(mutex_);
    auto& list = secrets_[source];
    list.insert(list.begin(), secret);
    if (list.size() > 2) list.pop_back();
  }
  void set_down(bool down) { down_ = down; }
  // Goes before every lease.
  void set_on_lease(std::function<void()> on_lease) { on_lease_ = std::move(on_lease); }
  // That were asked for.
  int leases() const { return leases_; }
  const std::vector<std::string>& uses() const { return uses_; }

  absl::StatusOr<credential_manager::v1::StoreWebhookSecretResponse> Store(
      const credential_manager::v1::StoreWebhookSecretRequest& request) override {
    Put(request.source(), request.secret());
    return credential_manager::v1::StoreWebhookSecretResponse();
  }

  absl::StatusOr<credential_manager::v1::LeaseWebhookSecretsResponse> Lease(
      const credential_manager::v1::LeaseWebhookSecretsRequest& request) override {
    ++leases_;
    on_lease_();
    std::lock_guard lock(mutex_);
    if (down_) return absl::UnavailableError("the vault is down");
    credential_manager::v1::LeaseWebhookSecretsResponse response;
    for (const std::string& secret : secrets_[request.source()]) {
      auto& leased = *response.add_secrets();
      leased.set_webhook_secret_id("id of " + secret);
      leased.set_secret(secret);
    }
    *response.mutable_lease_expire_time() = ToProto(clock_.Now() + std::chrono::minutes(1));
    return response;
  }

  absl::Status RecordUse(
      const credential_manager::v1::RecordWebhookSecretUseRequest& request) override {
    uses_.push_back(request.webhook_secret_id());
    return absl::OkStatus();
  }

 private:
  const Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, std::vector<std::string>> secrets_;
  std::atomic<bool> down_ = false;
  std::atomic<int> leases_ = 0;
  std::function<void()> on_lease_ = [] {};
  std::vector<std::string> uses_;
};

}  // namespace callimport::adapter_gateway
