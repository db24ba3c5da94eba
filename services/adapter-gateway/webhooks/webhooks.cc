#include "services/adapter-gateway/webhooks/webhooks.h"

#include "libs/common/status_macros.h"
#include "libs/rpc/run_main.h"

namespace callimport::adapter_gateway {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr int kDefaultThreads = 128;
constexpr int kDefaultBodyBytes = 2 << 20;
constexpr int kDefaultKeepDays = 30;
// A vendor that sends more slowly is cut off, so that it keeps no thread.
constexpr seconds kClientPatience{5};

int OrElse(int configured, int otherwise) { return configured > 0 ? configured : otherwise; }

IngressTerms TermsOf(const WebhookConfig& config) {
  IngressTerms terms{.public_base = config.public_base()};
  if (config.per_second() > 0) terms.per_second = config.per_second();
  return terms;
}

}  // namespace

Webhooks::Webhooks(const WebhookConfig& config, postgres::Pool& database,
                   credential_manager::WebhookSecretsClient& vault, VendorAccounts& accounts,
                   const VendorLine& line)
    : clock_(line.clock),
      keep_(24 * OrElse(config.keep_days(), kDefaultKeepDays)),
      store_(database),
      book_(store_, clock_),
      secrets_(vault, clock_),
      inbox_([this](const auto& webhooks) { return store_.StoreAll(webhooks); }, announced_),
      ingress_(book_, secrets_, inbox_, clock_, TermsOf(config)),
      subscriber_(accounts, line, store_, secrets_, announced_, config.public_base()),
      gaps_(store_, clock_) {}

absl::StatusOr<std::unique_ptr<Webhooks>> Webhooks::Open(
    const WebhookConfig& config, postgres::Pool& database,
    credential_manager::WebhookSecretsClient& vault, VendorAccounts& accounts,
    const VendorLine& line) {
  std::unique_ptr<Webhooks> webhooks(new Webhooks(config, database, vault, accounts, line));
  RETURN_IF_ERROR(webhooks->book_.Load());
  RETURN_IF_ERROR(webhooks->Listen(config));
  return webhooks;
}

absl::Status Webhooks::Listen(const WebhookConfig& config) {
  if (config.listen_address().empty()) return absl::OkStatus();
  const http::HttpServer::Bounds bounds{
      .threads = OrElse(config.threads(), kDefaultThreads),
      .patience = kClientPatience,
      .max_body_bytes = static_cast<size_t>(OrElse(config.max_body_bytes(), kDefaultBodyBytes)),
      .keep_alive = true};
  auto served = http::HttpServer::Serve(
      config.listen_address(), [this](const auto& request) { return ingress_.OnRequest(request); },
      bounds);
  if (!served.ok()) return rpc::AboutField("webhooks.listen_address", served.status());
  server_ = *std::move(served);
  return absl::OkStatus();
}

void Webhooks::RunOn(rpc::Host& host) {
  host.RunEvery(seconds(10), "save_webhook_deliveries", [this] { return book_.Save(); })
      .RunEvery(seconds(30), "tell_webhook_secret_uses", [this] { return secrets_.TellUses(); })
      .RunEvery(seconds(5), "finish_webhook_drains", [this] { return store_.FinishDrains(); })
      .RunEvery(minutes(5), "watch_webhook_subscriptions", [this] { return subscriber_.Watch(); })
      .RunEvery(hours(1), "forget_webhooks", [this] { return store_.Forget(clock_.Now(), keep_); });
  host.OnStop([this] { announced_.Close(); });
}

}  // namespace callimport::adapter_gateway
