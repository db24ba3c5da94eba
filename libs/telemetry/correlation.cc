#include "libs/telemetry/correlation.h"

#include <utility>

namespace callimport {
namespace {

std::string& Current() {
  thread_local std::string id;
  return id;
}

}  // namespace

const std::string& CurrentCorrelationId() { return Current(); }

CorrelationScope::CorrelationScope(std::string id)
    : former_(std::exchange(Current(), std::move(id))) {}

CorrelationScope::~CorrelationScope() { Current() = std::move(former_); }

}  // namespace callimport
