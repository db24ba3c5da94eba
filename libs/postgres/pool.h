// Connections to PostgreSQL, one user at a time each.
#pragma once

#include <chrono>
#include <memory>
#include <pqxx/pqxx>
#include <string>

#include "absl/status/statusor.h"
#include "libs/postgres/config.pb.h"

namespace callimport::postgres {

class Pool {
 public:
  // Borrowed until it is destroyed. A connection that broke is replaced, never reused.
  class Lease {
   public:
    Lease(Lease&& other) noexcept;
    Lease& operator=(Lease&&) = delete;
    ~Lease();
    pqxx::connection& operator*() const { return *connection_; }

   private:
    friend class Pool;
    Lease(Pool* pool, std::unique_ptr<pqxx::connection> connection);
    Pool* pool_;
    std::unique_ptr<pqxx::connection> connection_;
  };

  // Connects once, to say at start what is wrong. Sets the search path to the schema alone.
  static absl::StatusOr<std::unique_ptr<Pool>> Open(const Config& config);
  ~Pool();

  // Waits up to `patience` for a free connection; UNAVAILABLE (DATABASE_UNREACHABLE) or
  // RESOURCE_EXHAUSTED (DATABASE_BUSY) after that.
  absl::StatusOr<Lease> Borrow(std::chrono::milliseconds patience = std::chrono::seconds(10));

  const std::string& schema() const;

 private:
  struct State;
  explicit Pool(std::unique_ptr<State> state);
  void Return(std::unique_ptr<pqxx::connection> connection);
  std::unique_ptr<State> state_;
};

}  // namespace callimport::postgres
