#include "libs/postgres/transact.h"

#include <random>
#include <thread>

#include "libs/common/errors.h"
#include "libs/common/retry_policy.h"
#include "libs/common/status_macros.h"
#include "libs/postgres/boundaries.h"
#include "libs/telemetry/log.h"

namespace callimport::postgres {
namespace {

constexpr RetryPolicy kRetry{.max_attempts = 5,
                             .first_delay = std::chrono::milliseconds(20),
                             .multiplier = 3,
                             .max_delay = std::chrono::milliseconds(1'000),
                             .jitter = 0.5};

struct Attempt {
  absl::Status status;
  // Nothing of the attempt is left, and another may succeed.
  bool again = false;
};

Attempt Again(absl::StatusCode code, const char* reason, const std::exception& error) {
  return {Error(code, reason, error.what()), true};
}

// SQLSTATE class 57P: the server is going away or only just coming.
bool IsGoingAway(const pqxx::sql_error& error) { return error.sqlstate().starts_with("57P"); }

void Commit(pqxx::work& tx) {
  BoundaryListener::Tell(Boundary::kBeforeCommit);
  tx.commit();
  BoundaryListener::Tell(Boundary::kAfterCommit);
}

Attempt RunOnce(pqxx::connection& connection,
                const std::function<absl::Status(pqxx::work&)>& body) {
  try {
    pqxx::work tx(connection);
    BoundaryListener::Tell(Boundary::kBegun);
    absl::Status status = body(tx);
    if (status.ok()) Commit(tx);
    return {std::move(status), false};
  } catch (const pqxx::in_doubt_error& error) {
    connection.disconnect();
    return {Error(absl::StatusCode::kUnavailable, "COMMIT_IN_DOUBT", error.what()), false};
  } catch (const pqxx::broken_connection& error) {
    // libpqxx would reconnect by itself, without the session's settings: the pool makes a new one.
    connection.disconnect();
    return Again(absl::StatusCode::kUnavailable, "DATABASE_UNREACHABLE", error);
  } catch (const pqxx::transaction_rollback& error) {
    // A deadlock or a serialization failure; libpqxx does not count it as an sql_error.
    return Again(absl::StatusCode::kAborted, "TRANSACTION_ABORTED", error);
  } catch (const pqxx::sql_error& error) {
    if (IsGoingAway(error)) {
      connection.disconnect();
      return Again(absl::StatusCode::kUnavailable, "DATABASE_UNREACHABLE", error);
    }
    return {absl::InternalError(std::string(error.what()) + " [" + error.sqlstate() + "]"), false};
  } catch (const std::exception& error) {
    return {absl::InternalError(error.what()), false};
  }
}

Attempt BorrowAndRun(Pool& pool, const std::function<absl::Status(pqxx::work&)>& body) {
  auto connection = pool.Borrow();
  if (!connection.ok()) {
    const bool again = connection.status().code() == absl::StatusCode::kUnavailable;
    return {connection.status(), again};
  }
  return RunOnce(**connection, body);
}

}  // namespace

absl::Status internal::RunTransaction(Pool& pool,
                                      const std::function<absl::Status(pqxx::work&)>& body) {
  thread_local std::minstd_rand random(std::random_device{}());
  for (int tried = 1;; ++tried) {
    const Attempt attempt = BorrowAndRun(pool, body);
    if (!attempt.again || tried >= kRetry.max_attempts) return attempt.status;
    log::Warning("a transaction is tried again", {{"attempt", tried}, {"status", attempt.status}});
    std::this_thread::sleep_for(DelayAfter(kRetry, tried, random));
  }
}

}  // namespace callimport::postgres
