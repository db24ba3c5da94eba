// credential-manager: keeps the customers' vendor credentials sealed, and opens them for
// adapter-gateway alone.

#include "libs/common/status_macros.h"
#include "libs/feed/feed_signal.h"
#include "libs/http/curl_http_client.h"
#include "libs/postgres/migrator.h"
#include "libs/postgres/pool.h"
#include "libs/rpc/host.h"
#include "libs/rpc/run_main.h"
#include "services/credential-manager/api/audit_service.h"
#include "services/credential-manager/api/credential_admin_service.h"
#include "services/credential-manager/api/credential_lifecycle_service.h"
#include "services/credential-manager/api/credential_vault_service.h"
#include "services/credential-manager/api/key_admin_service.h"
#include "services/credential-manager/api/oauth_vault_service.h"
#include "services/credential-manager/api/webhook_secrets_service.h"
#include "services/credential-manager/auditing/anchoring.h"
#include "services/credential-manager/config.pb.h"
#include "services/credential-manager/rotation/key_loader.h"
#include "services/credential-manager/rotation/rotator.h"
#include "services/credential-manager/sealing/core_dumps.h"
#include "services/credential-manager/sealing/key_file.h"
#include "services/credential-manager/sealing/make_transit.h"
#include "services/credential-manager/sealing/sealer.h"
#include "services/credential-manager/settings.h"
#include "services/credential-manager/shredding/shredder.h"
#include "services/credential-manager/storage/audit_store.h"
#include "services/credential-manager/storage/credential_store.h"

namespace callimport::credential_manager {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr hours kKeepEvents = hours(24 * 30);

}  // namespace

absl::Status Check(const Config& config) {
  RETURN_IF_ERROR(ForbidCoreDumps());  // from the first key that is read
  return CheckConfig(config);
}

absl::Status Run(const Config& config) {
  ASSIGN_OR_RETURN(const auto database, postgres::Pool::Open(config.database()));
  RETURN_IF_ERROR(postgres::Migrate(*database, Migrations()));

  http::CurlHttpClient http;
  const auto transit = MakeTransit(http, config.transit());
  KeyRing ring(transit.get());
  KeyStore keys(*database);
  KeyLoader loader({config.key_file(), config.key_environment()}, ring, keys);
  RETURN_IF_ERROR(loader.Load());
  ASSIGN_OR_RETURN(const Secret legacy_key, ReadLegacyKeyFile(config.legacy_key_file()));
  ASSIGN_OR_RETURN(const EpochKeys epoch_keys, EpochKeys::Open(config.epoch_key_dir()));
  ASSIGN_OR_RETURN(const auto receipts, ReceiptSigner::FromFile(config.receipt_key_file()));
  const Sealer sealer(ring, &epoch_keys, legacy_key, receipts.fingerprint_key());
  RotationStore rotations(*database);
  Rotator rotator(rotations, ring, sealer);
  CredentialStore store(*database, sealer);
  LifecycleStore lifecycles(*database, sealer);
  Shredder shredder(lifecycles, epoch_keys, receipts, SystemClock());
  WebhookSecretStore webhook_secrets(*database, sealer, SystemClock());
  ASSIGN_OR_RETURN(const auto anchoring,
                   Anchoring::Open(config.audit_anchors(), *database, SystemClock()));
  AuditStore audit_store(*database, anchoring->anchors());

  ASSIGN_OR_RETURN(const OAuthProviders providers, ReadProviders(config));
  OAuthClient oauth_client(http, SystemClock());
  OAuthAttempts attempts(*database, sealer);
  TokenRenewals renewals(*database, sealer);
  TokenRefresher refresher(renewals, providers, oauth_client, SystemClock());
  AccountConnector connector(attempts, providers, oauth_client, refresher, SystemClock());

  CredentialVaultService vault(store, SystemClock(), &refresher);
  TokenRevoker revoker(store, sealer, providers, oauth_client);
  CredentialAdminService admin(store, &providers, &revoker);
  OAuthVaultService oauth(connector, providers, SystemClock());
  AuditService audit(audit_store);
  feed::FeedSignal streams;
  KeyAdminService key_admin(keys, rotations, ring, streams);
  CredentialLifecycleService lifecycle(lifecycles, RetryWindowOf(config.lifecycle()), streams);
  WebhookSecretsService webhooks(webhook_secrets, SystemClock());
  const hours quiet = WebhookSecretQuietOf(config.lifecycle());

  rpc::Host host(config.server());
  host.Serve(vault)
      .Serve(admin)
      .Serve(audit)
      .Serve(key_admin)
      .Serve(lifecycle)
      .Serve(webhooks)
      .Serve(oauth);
  host.RunEvery(seconds(5), "renew_tokens", [&] { return refresher.RenewDue(); })
      .RunEvery(minutes(1), "drop_oauth_attempts", [&] { return connector.DropExpired(); });
  host.RunEvery(Anchoring::kPeriod, "anchor_audit_log", [&] { return anchoring->Run(); });
  host.RunEvery(seconds(2), "reload_keys", [&] { return loader.Reload(); })
      .RunEvery(seconds(10), "save_wrap_counts", [&] { return loader.SaveWrapCounts(); })
      .RunEvery(seconds(1), "rotate_keys", [&] { return rotator.Run(); })
      .RunEvery(seconds(1), "shred", [&] { return shredder.Run(); })
      .RunEvery(minutes(10), "sweep_epoch_keys", [&] { return shredder.Sweep(); })
      .RunEvery(minutes(1), "retire_webhook_secrets",
                [&] { return webhook_secrets.RetireReplaced(quiet); })
      .RunEvery(minutes(10), "forget_credential_events",
                [&] { return lifecycles.ForgetEvents(kKeepEvents).status(); });
  host.OnStop([&] { streams.Close(); }).OnStop([&] { rotator.Stop(); });
  return host.RunUntilSignalled();
}

}  // namespace callimport::credential_manager

int main(int argc, char** argv) {
  using callimport::credential_manager::Config;
  return callimport::rpc::RunMain<Config>(argc, argv, "credential-manager",
                                          callimport::credential_manager::Check,
                                          callimport::credential_manager::Run);
}
