// One transaction as one function. The exceptions of the database end here.
//
//   absl::StatusOr<Job> JobStore::Find(const std::string& id) {
//     return postgres::Transact(pool_, [&](pqxx::work& tx) { return FindJob(tx, id); });
//   }
//
// The body returns a value, an absl::StatusOr or an absl::Status; an error rolls back. It may run
// several times: deadlocks, serialization failures and lost connections are retried, as nothing of
// an attempt that failed is left. (A connection lost during COMMIT itself is not retried but
// UNAVAILABLE, reason COMMIT_IN_DOUBT: callers repeat idempotent work.)
#pragma once

#include <functional>
#include <pqxx/pqxx>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/postgres/pool.h"

namespace callimport::postgres {

namespace internal {

// Runs the body inside a transaction, with retries. The body says whether to commit.
absl::Status RunTransaction(Pool& pool, const std::function<absl::Status(pqxx::work&)>& body);

template <typename T>
struct AsStatusOr {
  using type = absl::StatusOr<T>;
};
template <typename T>
struct AsStatusOr<absl::StatusOr<T>> {
  using type = absl::StatusOr<T>;
};
template <>
struct AsStatusOr<void> {
  using type = absl::Status;
};
template <>
struct AsStatusOr<absl::Status> {
  using type = absl::Status;
};

}  // namespace internal

template <typename Body>
auto Transact(Pool& pool, Body body) ->
    typename internal::AsStatusOr<std::invoke_result_t<Body, pqxx::work&>>::type {
  using Result = std::invoke_result_t<Body, pqxx::work&>;
  if constexpr (std::is_void_v<Result>) {
    return internal::RunTransaction(pool, [&](pqxx::work& tx) {
      body(tx);
      return absl::OkStatus();
    });
  } else if constexpr (std::is_same_v<Result, absl::Status>) {
    return internal::RunTransaction(pool, body);
  } else {
    typename internal::AsStatusOr<Result>::type result = absl::UnknownError("not run");
    absl::Status status = internal::RunTransaction(pool, [&](pqxx::work& tx) {
      result = body(tx);
      return result.status();
    });
    if (!status.ok()) return status;
    return result;
  }
}

}  // namespace callimport::postgres
