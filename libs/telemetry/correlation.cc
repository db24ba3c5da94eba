#include "libs/telemetry/correlation.h"

#include <utility>

namespace callimport {
namespace {

thread_local std::string current_id;

}  // namespace

const std::string& CurrentCorrelationId() { return current_id; }

CorrelationScope::CorrelationScope(std::string id)
    : former_(std::exchange(current_id, std::move(id))) {}

CorrelationScope::~CorrelationScope() { current_id = std::move(former_); }

}  // namespace callimport
