// adapter-gateway: knows every platform, and is the only process that asks them.
#include <thread>

#include "absl/synchronization/mutex.h"
#include "libs/catalog/catalog.h"
#include "libs/clients/credential_manager/credential_vault_client.h"
#include "libs/clients/credential_manager/oauth_vault_client.h"
#include "libs/clients/credential_manager/webhook_secrets_client.h"
#include "libs/common/ids.h"
#include "libs/common/status_macros.h"
#include "libs/http/curl_http_client.h"
#include "libs/http/http_server.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/host.h"
#include "libs/rpc/run_main.h"
#include "services/adapter-gateway/api/call_catalog_service.h"
#include "services/adapter-gateway/api/connections_service.h"
#include "services/adapter-gateway/api/oauth_connections_service.h"
#include "services/adapter-gateway/api/quota_service.h"
#include "services/adapter-gateway/api/recordings_service.h"
#include "services/adapter-gateway/api/records_service.h"
#include "services/adapter-gateway/api/webhook_inbox_service.h"
#include "services/adapter-gateway/cassettes/deck.h"
#include "services/adapter-gateway/config.pb.h"
#include "services/adapter-gateway/config_check.h"
#include "services/adapter-gateway/oauth/oauth_flow.h"
#include "services/adapter-gateway/platform_watch.h"
#include "services/adapter-gateway/settings.h"
#include "services/adapter-gateway/storage/migrations.h"
#include "services/adapter-gateway/storage/quota_store.h"
#include "services/adapter-gateway/webhooks/webhooks.h"

namespace callimport::adapter_gateway {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

absl::Status Run(const Config& config, const std::string& file) {
  const Clock& clock = SystemClock();
  ASSIGN_OR_RETURN(const auto database, postgres::Pool::Open(config.database()));
  RETURN_IF_ERROR(postgres::Migrate(*database, Migrations()));
  ASSIGN_OR_RETURN(const auto catalog, LoadCatalog(config.catalog_dir()));
  ASSIGN_OR_RETURN(
      auto platforms,
      PlatformRegistry::Build(catalog, {config.platforms().begin(), config.platforms().end()},
                              AllPlatforms(clock)));
  ASSIGN_OR_RETURN(const auto vault_channel, rpc::Connect(config.credential_manager()));
  const auto vault = credential_manager::MakeCredentialVaultClient(vault_channel);

  http::CurlHttpClient internet;
  ASSIGN_OR_RETURN(const auto cassette, OpenCassette(config.cassette(), internet));
  http::HttpClient& http = cassette ? *cassette : internet;
  QuotaStore budgets(*database, NewUuid(), QuotaLeaseOf(config));
  QuotaBroker quota(clock, budgets);
  CircuitBreakers breakers(clock, BreakerTermsOf(config));
  AnswerMemory memory(clock);
  const VendorLine line{.http = http,
                        .quota = quota,
                        .breakers = breakers,
                        .clock = clock,
                        .deadlines = DeadlinesOf(config),
                        .largest_recording = LargestRecordingOf(config),
                        .pause = std::this_thread::sleep_for<int64_t, std::milli>,
                        .memory = &memory};
  AccessLeases leases(*vault, clock);
  VendorAccounts accounts(platforms, leases);
  AddressBook addresses(clock);
  DownloadSlots slots(clock);
  MediaFetcher media(line, addresses, slots);

  ConnectionsService connections(platforms, *vault, leases, accounts, line);
  RecordingsService recordings(accounts, line, media);
  QuotaService limits(accounts, budgets, clock);

  const auto oauth_vault = credential_manager::MakeOAuthVaultClient(vault_channel);
  const OAuthLandings landings(config.oauth_return());
  OAuthFlow oauth(platforms, *oauth_vault, leases, line, landings);
  OAuthConnectionsService oauth_connections(oauth);
  std::unique_ptr<http::HttpServer> browsers;
  if (!config.oauth_return().listen_address().empty()) {
    auto served =
        http::HttpServer::Serve(config.oauth_return().listen_address(),
                                [&](const auto& request) { return oauth.OnRequest(request); });
    if (!served.ok()) return rpc::AboutField("oauth_return.listen_address", served.status());
    browsers = *std::move(served);
  }

  const auto signing_secrets = credential_manager::MakeWebhookSecretsClient(vault_channel);
  ASSIGN_OR_RETURN(const auto webhooks,
                   Webhooks::Open(config.webhooks(), *database, *signing_secrets, accounts, line));
  QuarantineStore unreadable(*database);
  Quarantine quarantine(unreadable, accounts, QuarantineTermsOf(config));
  RecordsService records(unreadable, quarantine);
  CallCatalogService call_catalog(
      accounts, line, [&](const auto& request) { return webhooks->gaps().Watch(request); },
      [&](const auto& request, const std::string& platform, auto& page) {
        return quarantine.Keep({request.workspace_id(), request.credential_id(), platform}, page);
      });
  WebhookInboxService webhook_inbox(webhooks->store(), webhooks->subscriber(),
                                    webhooks->announced(), clock);

  PlatformWatch watch(config, file, platforms);
  rpc::Host host(config.server());
  host.Serve(connections)
      .Serve(call_catalog)
      .Serve(recordings)
      .Serve(records)
      .Serve(oauth_connections)
      .Serve(limits)
      .Serve(webhook_inbox);
  host.RunEvery(QuotaBroker::kTick, "share_quota", [&] { return quota.Tick(); })
      .RunEvery(seconds(1), "tell_breakers", [&] { return budgets.Save(breakers.TakeNotices()); })
      .RunEvery(seconds(1), "platforms", [&] { return watch.LookAgain(); })
      .RunEvery(hours(1), "forget_quota", [&] { return budgets.ForgetUnused(); })
      .RunEvery(hours(1), "clean_quarantine", [&] { return quarantine.Clean(); });
  webhooks->RunOn(host);
  host.OnStop([&] { quota.Release().IgnoreError(); });
  return host.RunUntilSignalled();
}

}  // namespace
}  // namespace callimport::adapter_gateway

int main(int argc, char** argv) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  return callimport::rpc::RunMain<callimport::adapter_gateway::Config>(
      argc, argv, "adapter-gateway", callimport::adapter_gateway::CheckConfig,
      callimport::adapter_gateway::Run);
}
