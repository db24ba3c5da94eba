// Changes of the configuration's platforms and of the catalog, taken over while the service runs.
#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "libs/telemetry/metrics.h"
#include "services/adapter-gateway/config.pb.h"
#include "services/adapter-gateway/config_check.h"
#include "services/adapter-gateway/platforms/platform_registry.h"

namespace callimport::adapter_gateway {

// What is broken is not taken over: the old stays, the log says why, and reload_failures_total
// rises. What only counts at the next start is named in the log.
class PlatformWatch {
 public:
  using Check = std::function<absl::Status(const Config&)>;

  // `started`: what the process runs by, read from `file`. `platforms` must outlive it.
  PlatformWatch(const Config& started, std::string file, PlatformRegistry& platforms,
                Check check = CheckConfig);

  // Looks whether the files have changed. Always OK.
  absl::Status LookAgain();

 private:
  std::string Texts() const;
  absl::Status Take();
  void Complain(const absl::Status& status);

  const Config started_;
  const std::string file_;
  PlatformRegistry& platforms_;
  const Check check_;
  metrics::Counter failures_;
  std::string taken_;
  int broken_looks_ = 0;  // in a row
};

}  // namespace callimport::adapter_gateway
