// One id follows a piece of work through the logs of all five services.
#pragma once

#include <string>

namespace callimport {

// The id of what this thread is working on; empty outside any scope.
const std::string& CurrentCorrelationId();

// Sets the id for the current thread, and restores the former one at its end.
class CorrelationScope {
 public:
  explicit CorrelationScope(std::string id);
  ~CorrelationScope();
  CorrelationScope(const CorrelationScope&) = delete;
  CorrelationScope& operator=(const CorrelationScope&) = delete;

 private:
  std::string former_;
};

}  // namespace callimport
