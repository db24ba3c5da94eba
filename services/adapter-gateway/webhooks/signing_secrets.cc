#include "services/adapter-gateway/webhooks/signing_secrets.h"

#include <utility>

#include "libs/common/ids.h"
#include "libs/common/proto_time.h"
#include "libs/common/status_macros.h"

namespace callimport::adapter_gateway {
namespace {

namespace vault_v1 = credential_manager::v1;

constexpr std::chrono::minutes kGrace{15};
constexpr std::chrono::minutes kTellEvery{10};
// Accounts without a secret are asked for again soon: somebody may be about to hand it over.
constexpr std::chrono::seconds kNoneFor{2};
// Vendors come again after a second.
constexpr std::chrono::seconds kTroubleFor{1};
constexpr std::chrono::seconds kNewEnough{10};

std::string KeyOf(const WebhookSource& source) {
  return source.workspace_id + '\0' + source.platform + '\0' + source.credential_id;
}

}  // namespace

absl::StatusOr<SigningSecrets::List> SigningSecrets::Of(const WebhookSource& source) {
  return Get(source, Timestamp());
}

absl::StatusOr<SigningSecrets::List> SigningSecrets::OfNow(const WebhookSource& source) {
  return Get(source, clock_.Now() - kNewEnough);
}

absl::StatusOr<SigningSecrets::List> SigningSecrets::Get(const WebhookSource& source,
                                                         Timestamp not_before) {
  const Timestamp now = clock_.Now();
  const bool in_doubt = not_before > Timestamp();
  return flights_
      .Get(KeyOf(source),
           {.good =
                [&](const Borrowed& known) {
                  return now < known.until && known.asked_at >= not_before;
                },
            .meanwhile =
                [&](const Borrowed& known) { return !in_doubt && now < known.serves_until; }},
           [&](const Borrowed* before) { return AskVault(source, before); })
      .secrets;
}

SigningSecrets::Borrowed SigningSecrets::AskVault(const WebhookSource& source,
                                                  const Borrowed* before) {
  vault_v1::LeaseWebhookSecretsRequest request;
  request.set_workspace_id(source.workspace_id);
  request.set_platform(source.platform);
  request.set_source(source.credential_id);
  const auto leased = vault_.Lease(request);
  if (!leased.ok()) return WithoutVault(leased.status(), before);
  auto secrets = std::make_shared<std::vector<SigningSecret>>();
  secrets->reserve(static_cast<size_t>(leased->secrets_size()));
  for (const auto& secret : leased->secrets()) {
    secrets->push_back({secret.webhook_secret_id(), Secret(secret.secret())});
  }
  const Timestamp now = clock_.Now();
  if (secrets->empty()) return {List(std::move(secrets)), now, now + kNoneFor, now};
  const Timestamp until = FromProto(leased->lease_expire_time());
  return {List(std::move(secrets)), now, until, until + kGrace};
}

SigningSecrets::Borrowed SigningSecrets::WithoutVault(const absl::Status& trouble,
                                                      const Borrowed* before) const {
  const Timestamp now = clock_.Now();
  if (before == nullptr || now >= before->serves_until) {
    return {trouble, now, now + kTroubleFor, now};
  }
  return {before->secrets, now, now + kTroubleFor, before->serves_until};
}

absl::Status SigningSecrets::Store(const WebhookSource& source, const Secret& secret,
                                   const common::v1::Actor& actor) {
  vault_v1::StoreWebhookSecretRequest request;
  request.set_request_id(NewUuid());
  request.set_workspace_id(source.workspace_id);
  request.set_platform(source.platform);
  request.set_source(source.credential_id);
  request.set_secret(secret.Reveal());
  *request.mutable_actor() = actor;
  RETURN_IF_ERROR(vault_.Store(request).status());
  flights_.Forget(KeyOf(source));
  return absl::OkStatus();
}

void SigningSecrets::MarkUsed(const WebhookSource& source, const std::string& secret_id) {
  std::lock_guard lock(mutex_);
  Use& use = uses_[secret_id];
  use.workspace_id = source.workspace_id;
  if (clock_.Now() >= use.told_at + kTellEvery) use.told = false;
}

absl::Status SigningSecrets::TellUses() {
  std::vector<vault_v1::RecordWebhookSecretUseRequest> requests;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [id, use] : uses_) {
      if (use.told) continue;
      requests.emplace_back().set_webhook_secret_id(id);
      requests.back().set_workspace_id(use.workspace_id);
    }
  }
  absl::Status result;
  for (const auto& request : requests) {
    const absl::Status told = vault_.RecordUse(request);
    result.Update(told);
    // One that is retired meanwhile is nobody's concern any more.
    if (!told.ok() && !absl::IsNotFound(told)) continue;
    std::lock_guard lock(mutex_);
    Use& use = uses_[request.webhook_secret_id()];
    use.told = true;
    use.told_at = clock_.Now();
  }
  return result;
}

}  // namespace callimport::adapter_gateway
