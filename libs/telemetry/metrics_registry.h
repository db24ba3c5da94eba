// All metrics of the process. Inside libs/telemetry only.
#pragma once

#include <prometheus/registry.h>

#include <memory>

namespace callimport::metrics {

const std::shared_ptr<prometheus::Registry>& Registry();

}  // namespace callimport::metrics
