// What is counted of the requests to one platform.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "libs/telemetry/metrics.h"

namespace callimport::adapter_gateway {

class VendorMetrics {
 public:
  explicit VendorMetrics(std::string platform);

  // `status` 0: no answer came.
  void Count(int status, std::chrono::duration<double> latency);
  // A question about what hardly changes: answered from memory, or asked.
  void CountLookUp(bool remembered) { (remembered ? remembered_ : asked_).Add(); }

 private:
  std::string platform_;
  metrics::Histogram latency_;
  metrics::Counter remembered_;
  metrics::Counter asked_;
  std::mutex mutex_;
  std::map<int, metrics::Counter> requests_;
};

}  // namespace callimport::adapter_gateway
