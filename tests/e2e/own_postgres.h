// A PostgreSQL of this test alone, which it may stop; the suites made while it lives are on it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace callimport::e2e {

class OwnPostgres {
 public:
  // Durable, as in production; throws when it does not start.
  OwnPostgres();
  ~OwnPostgres();
  OwnPostgres(const OwnPostgres&) = delete;
  OwnPostgres& operator=(const OwnPostgres&) = delete;

  void Stop() { Run("stop"); }
  void Start() { Run("start"); }

 private:
  void Run(const std::string& action) const;

  const std::filesystem::path folder_;
  std::optional<std::string> former_;
};

}  // namespace callimport::e2e
