
#include <thread>
#include <vector>

#include "callimport/credential_manager/v1/webhook_secrets.grpc.pb.h"
#include "libs/common/errors.h"
#include "libs/common/ids.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/invoke.h"
#include "services/adapter-gateway/webhooks/webhook_fixture.h"
#include "tests/bench/postmaster.h"
#include "tests/bench/process_usage.h"
#include "tests/bench/rows.h"
#include "tests/bench/webhook_load.h"
#include "tests/e2e/free_port.h"
#include "tests/e2e/suite.h"

namespace callimport::bench {
namespace {

namespace vault = credential_manager::v1;

constexpr char kGateway[] = "adapter-gateway";
constexpr int kAccounts = 10;
constexpr int kConnections = 64;
constexpr int64_t kDeliveries = 70'000;
constexpr int64_t kWarmUp = 4'000;
// The burst that the service must stand: 1,000 a minute.
constexpr double kBurst = 1'000.0 / 60;
constexpr int64_t kBurstDeliveries = 250;

e2e::SuiteOptions Choices(int port) {
  e2e::SuiteOptions options;
  options.services = {"credential-manager", kGateway};
  options.patch = [port](const std::string& service, e2e::Json& config) {
    if (service != kGateway) return;
    const std::string address = "127.0.0.1:" + std::to_string(port);
    config["webhooks"] = {{"listen_address", address}, {"public_base", "http://" + address}};
  };
  return options;
}

// Accounts whose vendor was told where to send; nobody asks the vendor here.
absl::StatusOr<std::vector<std::string>> Subscribe(e2e::Suite& suite) {
  const auto stub = vault::WebhookSecrets::NewStub(suite.ChannelTo("credential-manager", kGateway));
  std::vector<std::string> subscriptions;
  for (int i = 0; i < kAccounts; ++i) {
    const std::string id = NewUuid();
    vault::StoreWebhookSecretRequest request;
    request.set_request_id(NewUuid());
    request.set_workspace_id("bench");
    request.set_platform("openphone");
    request.set_source(id);
    request.set_secret(adapter_gateway::OpenPhoneSecret());
    request.mutable_actor()->set_kind(common::v1::Actor::KIND_SUPPORT);
    request.mutable_actor()->set_name("bench");
    RETURN_IF_ERROR(
        rpc::Invoke(*stub, &vault::WebhookSecrets::Stub::StoreWebhookSecret, request).status());
    suite.database().Execute(
        "INSERT INTO adapter_gateway.webhook_subscriptions"
        " (subscription_id, workspace_id, credential_id, platform, state) VALUES ('" +
        id + "', 'bench', '" + id + "', 'openphone', 1)");
    subscriptions.push_back(id);
  }
  return subscriptions;
}

struct Cpu {
  double gateway = 0;
  double postgres = 0;
};

Cpu Used(e2e::Suite& suite, pid_t postmaster) {
  const auto gateway = UsageOf(suite.ProcessOf(kGateway).pid());
  const auto postgres = UsageOfFamily(postmaster);
  return {gateway.ok() ? gateway->cpu_seconds : 0, postgres.ok() ? postgres->cpu_seconds : 0};
}

std::string PerThousand(double seconds, int64_t deliveries) {
  return FormatNumber(seconds * 1'000 / static_cast<double>(deliveries));
}

// Fails unless as many are announced as were accepted.
void CountAnnounced(e2e::Suite& suite, int64_t accepted) {
  suite.database().Execute(
      "DO $$ BEGIN IF (SELECT count(DISTINCT subject) FROM adapter_gateway.webhook_feed) <> " +
      std::to_string(accepted) + " THEN RAISE 'deliveries were lost'; END IF; END $$");
}

absl::Status MeasureAtMost(e2e::Suite& suite, WebhookLoad& load, int64_t deliveries,
                           Report& report) {
  const pid_t postmaster = FindPostmaster().value_or(0);
  const Cpu before = Used(suite, postmaster);
  ASSIGN_OR_RETURN(const auto result, load.RunAtMost(deliveries, kConnections));
  const Cpu after = Used(suite, postmaster);
  report.Add(
      {.row = "webhooks",
       .what = "signed webhooks, durable before the answer",
       .value = static_cast<double>(result.accepted) / result.seconds,
       .unit = "webhooks/s",
       .target = AtLeast(7'000),
       .conditions =
           FormatCount(result.accepted) + " accepted, " + FormatCount(result.refused) +
           " refused, " + std::to_string(kConnections) + " connections; CPU for 1,000: " +
           PerThousand(after.gateway - before.gateway, result.accepted) + " s of the gateway, " +
           PerThousand(after.postgres - before.postgres, result.accepted) + " s of PostgreSQL"});
  const auto sent = static_cast<double>(result.accepted + result.refused);
  report.Add({.row = "webhooks",
              .what = "webhooks that were taken at the first try",
              .value = 100.0 * static_cast<double>(result.accepted) / sent,
              .unit = "%",
              .target = AtLeast(99.9),
              .conditions = "of " + FormatCount(result.accepted + result.refused)});
  report.Add({.row = "webhooks",
              .what = "from a webhook to its answer, as fast as it goes (p99)",
              .value = result.latencies.Quantile(0.99),
              .unit = "ms",
              .target = AtMost(35),
              .conditions = "p50 " + FormatNumber(result.latencies.Quantile(0.5)) + " ms"});
  return absl::OkStatus();
}

absl::Status MeasureBurst(WebhookLoad& load, Report& report) {
  ASSIGN_OR_RETURN(const auto result, load.RunAtRate(kBurstDeliveries, kBurst));
  report.Add({.row = "webhooks",
              .what = "from a webhook to its answer, at 1,000 a minute (p99)",
              .value = result.latencies.Quantile(0.99),
              .unit = "ms",
              .target = AtMost(5'000),
              .conditions = FormatCount(result.accepted) + " accepted, " +
                            FormatCount(result.refused) + " refused; p50 " +
                            FormatNumber(result.latencies.Quantile(0.5)) + " ms"});
  return absl::OkStatus();
}

}  // namespace

absl::Status MeasureWebhooks(const Options& options, Report& report) {
  const int64_t deliveries = options.calls.value_or(kDeliveries);
  report.Step("webhooks: " + FormatCount(deliveries));
  try {
    const int port = e2e::FreePort();
    e2e::Suite suite(Choices(port));
    ASSIGN_OR_RETURN(auto subscriptions, Subscribe(suite));
    WebhookLoad load(port, std::move(subscriptions));
    ASSIGN_OR_RETURN(const auto warm, load.RunAtMost(kWarmUp, kConnections));
    if (warm.refused > 0) {
      return Error(absl::StatusCode::kAborted, "REFUSED", "a webhook was refused");
    }
    RETURN_IF_ERROR(MeasureAtMost(suite, load, deliveries, report));
    RETURN_IF_ERROR(MeasureBurst(load, report));
    CountAnnounced(suite, kWarmUp + deliveries / 2 * 2 + kBurstDeliveries);
  } catch (const std::exception& problem) {
    return Error(absl::StatusCode::kUnavailable, "NOT_MEASURED", problem.what());
  }
  return absl::OkStatus();
}

}  // namespace callimport::bench
