#include "libs/telemetry/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "libs/telemetry/metrics_registry.h"

namespace callimport::metrics {

// Never destroyed: threads may still count while the process exits.
const std::shared_ptr<prometheus::Registry>& Registry() {
  static const auto& registry =
      *new std::shared_ptr<prometheus::Registry>(std::make_shared<prometheus::Registry>());
  return registry;
}

// The registry gives the same series for the same name and labels.
Counter::Counter(const std::string& name, const std::string& help, const Labels& labels)
    : counter_(
          &prometheus::BuildCounter().Name(name).Help(help).Register(*Registry()).Add(labels)) {}
void Counter::Add(double amount) { counter_->Increment(amount); }

Gauge::Gauge(const std::string& name, const std::string& help, const Labels& labels)
    : gauge_(&prometheus::BuildGauge().Name(name).Help(help).Register(*Registry()).Add(labels)) {}
void Gauge::Set(double value) { gauge_->Set(value); }
void Gauge::Add(double amount) { gauge_->Increment(amount); }

Histogram::Histogram(const std::string& name, const std::string& help, const Labels& labels,
                     const std::vector<double>& bounds)
    : histogram_(&prometheus::BuildHistogram()
                      .Name(name)
                      .Help(help)
                      .Register(*Registry())
                      .Add(labels, bounds)) {}
void Histogram::Observe(double value) { histogram_->Observe(value); }

std::vector<double> Histogram::LatencyBounds() {
  return {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};
}

std::string Render() { return prometheus::TextSerializer().Serialize(Registry()->Collect()); }

}  // namespace callimport::metrics
