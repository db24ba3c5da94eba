#include "tests/bench/installation.h"

#include <exception>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "tests/bench/postmaster.h"

namespace callimport::bench {
namespace {

constexpr char kMediaPipeline[] = "media-pipeline";
// More than anything here can ask for.
constexpr int kNoLimit = 1'000'000;
constexpr int kManyDownloads = 64;

// "127.0.0.1" of "http://127.0.0.1:18080/gong": recordings may be on another port.
std::string HostOf(const std::string& url) {
  const size_t scheme = url.find("://");
  const size_t begin = scheme == std::string::npos ? 0 : scheme + 3;
  return url.substr(begin, url.find_first_of(":/", begin) - begin);
}

// What the gateway needs to know about a vendor that is not the real one.
e2e::Json OverrideFor(const Vendor& vendor, bool keep_limits) {
  e2e::Json gong = {{"platform", "gong"},
                    {"allowed_hosts", {HostOf(vendor.url)}},
                    {"allow_http", vendor.url.starts_with("http://")}};
  if (!keep_limits) {
    gong["rate_windows"] = {{{"limit", kNoLimit}, {"period_seconds", 1}}};
    gong["concurrent_downloads"] = kManyDownloads;
  }
  return gong;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Installation>> Installation::Start(const Choices& choices) {
  std::unique_ptr<Installation> installation(new Installation);
  try {
    if (choices.outside) {
      installation->vendor_ = *choices.outside;
    } else {
      ASSIGN_OR_RETURN(installation->fake_vendor_,
                       FakeVendorProcess::Start(choices.calls, choices.media_bytes));
      installation->vendor_ = installation->fake_vendor_->vendor();
    }
    installation->StartSuite(choices);
  } catch (const std::exception& problem) {
    return Error(absl::StatusCode::kUnavailable, "NOT_STARTED", problem.what());
  }
  RETURN_IF_ERROR(installation->Connect());
  installation->ForgetPeaks();
  return installation;
}

void Installation::StartSuite(const Choices& choices) {
  e2e::SuiteOptions options;
  if (!choices.with_media_pipeline) std::erase(services_, kMediaPipeline);
  options.services = services_;
  options.patch = [&](const std::string& service, e2e::Json& config) {
    if (service == "job-scheduler" && choices.count_starts) {
      config["queue"]["starts_per_second"] = kNoLimit;
      config["queue"]["concurrent_calls"] = kNoLimit;
      config["queue"]["platforms"] = {{{"platform", "gong"}, {"concurrent_calls", kNoLimit}}};
    }
    if (service != "adapter-gateway") return;
    config["platforms"] = e2e::Json::array({OverrideFor(vendor_, choices.keep_limits)});
  };
  suite_ = std::make_unique<e2e::Suite>(options);
  client_ = std::make_unique<e2e::Client>(
      [this](const std::string& service) { return suite_->ChannelTo(service, "support-demo"); },
      "bench");
  postmaster_ = FindPostmaster().value_or(0);
}

absl::Status Installation::Connect() {
  ASSIGN_OR_RETURN(const auto connected,
                   client_->Connect(vendor_.url, vendor_.key.Reveal(), vendor_.secret.Reveal()));
  credential_id_ = connected.credential_id();
  return absl::OkStatus();
}

std::filesystem::path Installation::Folder() const {
  return std::filesystem::path(suite_->ObjectDir()).parent_path();
}

Usages Installation::CurrentUsages() {
  Usages usages;
  const auto note = [&usages](const std::string& name, const absl::StatusOr<ProcessUsage>& usage) {
    if (usage.ok()) usages[name] = *usage;
  };
  for (const std::string& service : services_) {
    note(service, UsageOf(suite_->ProcessOf(service).pid()));
  }
  if (postmaster_ != 0) note("PostgreSQL", UsageOfFamily(postmaster_));
  if (fake_vendor_) note("fake-vendors", UsageOf(fake_vendor_->pid()));
  return usages;
}

void Installation::ForgetPeaks() {
  for (const std::string& service : services_) {
    ForgetPeak(suite_->ProcessOf(service).pid());
  }
}

}  // namespace callimport::bench
