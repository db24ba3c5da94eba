// Numbers for operators, served in the Prometheus text format. Make a metric once and keep it:
// looking one up by its labels costs far more than counting.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
class Exposer;
}  // namespace prometheus

namespace callimport::metrics {

using Labels = std::map<std::string, std::string>;

class Counter {
 public:
  // Name ends in _total.
  Counter(const std::string& name, const std::string& help, const Labels& labels = {});
  void Add(double amount = 1);

 private:
  prometheus::Counter* counter_;
};

class Gauge {
 public:
  Gauge(const std::string& name, const std::string& help, const Labels& labels = {});
  void Set(double value);
  void Add(double amount);

 private:
  prometheus::Gauge* gauge_;
};

class Histogram {
 public:
  // Name ends in its unit, such as _seconds.
  Histogram(const std::string& name, const std::string& help, const Labels& labels = {},
            const std::vector<double>& bounds = LatencyBounds());
  void Observe(double value);

  // 1 ms to 30 s.
  static std::vector<double> LatencyBounds();

 private:
  prometheus::Histogram* histogram_;
};

// Everything above, as GET /metrics of this process shows it.
std::string Render();

// Serves GET /metrics at "127.0.0.1:9100" (port 0: any free one) for as long as it lives.
class Page {
 public:
  static absl::StatusOr<std::unique_ptr<Page>> Serve(const std::string& address);
  ~Page();
  int port() const;

 private:
  explicit Page(std::unique_ptr<prometheus::Exposer> exposer);
  std::unique_ptr<prometheus::Exposer> exposer_;
};

}  // namespace callimport::metrics
