// What is measured: the five services as processes on a database of their own, connected with a
// vendor, which is a process too or somebody else's server.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "tests/bench/fake_vendor_process.h"
#include "tests/bench/options.h"
#include "tests/bench/process_usage.h"
#include "tests/e2e/suite.h"

namespace callimport::bench {

// By name: the services that run, "PostgreSQL", and "fake-vendors" where it runs.
using Usages = std::map<std::string, ProcessUsage>;

class Installation {
 public:
  struct Choices {
    // Of the fake vendor; `outside` takes its place.
    int64_t calls = 0;
    int64_t media_bytes = 65'536;
    std::optional<Vendor> outside = {};
    bool keep_limits = false;
    // Without it, calls are listed and wait.
    bool with_media_pipeline = true;
    // job-scheduler counts starts and leases of each credential and platform, under limits that
    // nothing reaches.
    bool count_starts = false;
  };

  // With everything healthy and the vendor connected.
  static absl::StatusOr<std::unique_ptr<Installation>> Start(const Choices& choices);

  e2e::Client& client() { return *client_; }
  e2e::Suite& suite() { return *suite_; }
  const std::string& credential_id() const { return credential_id_; }
  const Vendor& vendor() const { return vendor_; }
  // On the disk where recordings are stored.
  std::filesystem::path Folder() const;

  Usages CurrentUsages();
  // So that peaks leave out the start.
  void ForgetPeaks();

 private:
  Installation() = default;
  void StartSuite(const Choices& choices);
  absl::Status Connect();

  std::vector<std::string> services_ = e2e::kServices;
  std::unique_ptr<FakeVendorProcess> fake_vendor_;
  Vendor vendor_;
  std::unique_ptr<e2e::Suite> suite_;
  std::unique_ptr<e2e::Client> client_;
  std::string credential_id_;
  pid_t postmaster_ = 0;
};

}  // namespace callimport::bench
