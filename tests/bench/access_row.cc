#include <algorithm>
#include <thread>
#include <vector>

#include "libs/common/errors.h"
#include "libs/common/ids.h"
#include "libs/common/status_macros.h"
#include "libs/crypto/random.h"
#include "libs/rpc/invoke.h"
#include "services/credential-manager/sealing/sealer.h"
#include "tests/bench/access_load.h"
#include "tests/bench/core_pin.h"
#include "tests/bench/postmaster.h"
#include "tests/bench/process_usage.h"
#include "tests/bench/rows.h"
#include "tests/e2e/suite.h"

namespace callimport::bench {
namespace {

namespace vault = credential_manager;

constexpr char kVault[] = "credential-manager";
constexpr int kCredentials = 1'000;
constexpr int kWorkspaces = 20;
constexpr int64_t kLeases = 50'000;
constexpr int64_t kWarmUp = 5'000;
constexpr int kInFlight = 128;
constexpr double kRate = 5'000;
constexpr int kSeals = 20'000;

vault::v1::StoreCredentialRequest CredentialOf(int number) {
  vault::v1::StoreCredentialRequest request;
  request.set_request_id(NewUuid());
  request.set_workspace_id("bench-" + std::to_string(number % kWorkspaces));
  request.set_platform("gong");
  request.set_retention(vault::v1::RETENTION_PERSISTENT);
  request.set_account_ref("account-" + std::to_string(number));
  (*request.mutable_secret_fields())["access_key"] = std::string(32, 'k');
  (*request.mutable_secret_fields())["access_key_secret"] = std::string(64, 's');
  (*request.mutable_public_fields())["base_url"] = "https://api.gong.io";
  request.mutable_actor()->set_kind(common::v1::Actor::KIND_SUPPORT);
  request.mutable_actor()->set_name("bench");
  return request;
}

absl::StatusOr<std::vector<AccessLoad::Request>> StoreCredentials(
    const std::shared_ptr<grpc::Channel>& channel) {
  const auto stub = vault::v1::CredentialVault::NewStub(channel);
  std::vector<AccessLoad::Request> requests;
  for (int i = 0; i < kCredentials; ++i) {
    ASSIGN_OR_RETURN(
        const auto stored,
        rpc::Invoke(*stub, &vault::v1::CredentialVault::Stub::StoreCredential, CredentialOf(i)));
    AccessLoad::Request& request = requests.emplace_back();
    request.set_workspace_id(stored.credential().workspace_id());
    request.set_credential_id(stored.credential().credential_id());
  }
  return requests;
}

double CpuOf(pid_t pid) {
  const auto usage = UsageOf(pid);
  return usage.ok() ? usage->cpu_seconds : 0;
}

std::string WithCpu(const std::string& text, double cpu, int64_t leases) {
  return text + ", " + FormatNumber(cpu * 1'000'000 / static_cast<double>(leases)) +
         " µs CPU of the vault for each";
}

absl::Status MeasureLeases(e2e::Suite& suite, const std::string& where, int64_t leases,
                           Report& report) {
  const auto channel = suite.ChannelTo(kVault, "adapter-gateway");
  ASSIGN_OR_RETURN(auto requests, StoreCredentials(channel));
  AccessLoad load(channel, std::move(requests));
  RETURN_IF_ERROR(load.RunAtMost(kWarmUp, kInFlight).status());

  const pid_t pid = suite.ProcessOf(kVault).pid();
  const double cpu_before = CpuOf(pid);
  ASSIGN_OR_RETURN(const auto most, load.RunAtMost(leases, kInFlight));
  const double cpu = CpuOf(pid) - cpu_before;
  report.Add(
      {.row = "access",
       .what = "leases of access",
       .value = static_cast<double>(leases - most.refused) / most.seconds,
       .unit = "leases/s",
       .target = AtLeast(5'000),
       .conditions = WithCpu(FormatCount(kCredentials) + " credentials, " +
                                 std::to_string(kInFlight) + " in flight, each audited; p99 " +
                                 FormatNumber(most.latencies.Quantile(0.99)) + " ms" + where,
                             cpu, leases)});

  ASSIGN_OR_RETURN(const auto steady, load.RunAtRate(leases, kRate));
  const std::string offered = FormatNumber(kRate) + " leases/s offered";
  report.Add({.row = "access",
              .what = "lease of access, p50",
              .value = steady.latencies.Quantile(0.5),
              .unit = "ms",
              .conditions = offered});
  report.Add({.row = "access",
              .what = "lease of access, p99",
              .value = steady.latencies.Quantile(0.99),
              .unit = "ms",
              .target = AtMost(10),
              .conditions = offered + ", p99.9 " + FormatNumber(steady.latencies.Quantile(0.999)) +
                            " ms, " + FormatCount(steady.refused) + " refused" + where});
  return absl::OkStatus();
}

template <typename Act>
double MicrosecondsOf(Act act) {
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < kSeals; ++i) act();
  const std::chrono::duration<double, std::micro> taken = std::chrono::steady_clock::now() - begin;
  return taken.count() / kSeals;
}

absl::Status MeasureSealing(Report& report) {
  const vault::Sealer sealer(crypto::Keyset{"k1", {{"k1", Secret(crypto::RandomBytes(32))}}});
  const vault::SealedFor owner{.workspace_id = "acme", .platform = "gong", .credential_id = "c1"};
  const vault::SecretFields fields = {{"access_key", Secret(std::string(32, 'k'))},
                                      {"access_key_secret", Secret(std::string(64, 's'))}};
  const auto sealed = sealer.Seal(owner, fields);
  RETURN_IF_ERROR(sealer.Open(owner, sealed).status());
  const std::string conditions =
      "two secret fields, a fresh data key and its wrapping, key in memory";
  report.Add({.row = "access",
              .what = "sealing a credential",
              .value = MicrosecondsOf([&] { sealer.Seal(owner, fields); }),
              .unit = "µs",
              .conditions = conditions});
  report.Add({.row = "access",
              .what = "opening a credential",
              .value = MicrosecondsOf([&] { sealer.Open(owner, sealed).IgnoreError(); }),
              .unit = "µs",
              .conditions = conditions});
  return absl::OkStatus();
}

}  // namespace

absl::Status MeasureAccess(const Options& options, Report& report) {
  const int64_t leases = options.calls.value_or(kLeases);
  report.Step("access: " + FormatCount(leases) + " leases, twice");
  RETURN_IF_ERROR(MeasureSealing(report));
  e2e::SuiteOptions suite_options;
  suite_options.services = {kVault};
  ASSIGN_OR_RETURN(const pid_t postmaster, FindPostmaster());
  try {
    e2e::Suite suite(suite_options);
    const CoresApart apart(suite.ProcessOf(kVault).pid(), postmaster);
    const std::string where =
        apart.holds() ? "; the vault alone on one core, PostgreSQL and the bench on the rest"
                      : "; cores shared by all";
    return MeasureLeases(suite, where, leases, report);
  } catch (const std::exception& problem) {
    return Error(absl::StatusCode::kUnavailable, "NOT_STARTED", problem.what());
  }
}

}  // namespace callimport::bench
