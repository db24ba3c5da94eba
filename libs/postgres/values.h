// Values that libpqxx 6.4 does not carry by itself.
#pragma once

#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "libs/common/clock.h"

namespace callimport::postgres {

// The field, or nothing when it is NULL. (libpqxx 6.4 throws on reading NULL into an optional.)
template <typename T>
std::optional<T> Nullable(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  return field.as<T>();
}

// A timestamptz parameter, exact to the microsecond, and back.
std::string ToSql(Timestamp time);
Timestamp TimeFromSql(const pqxx::field& field);
// The same where NULL stands for nothing.
std::optional<std::string> ToSql(const std::optional<Timestamp>& time);
std::optional<Timestamp> NullableTime(const pqxx::field& field);

// A parameter that is NULL where nothing is said.
std::optional<std::string> NullWhenEmpty(const std::string& text);

// Array literals for `unnest($1::text[])` and the like; one round trip for many rows.
std::string ToArray(const std::vector<std::string>& values);
std::string ToArray(const std::vector<std::optional<std::string>>& values);
std::string ToArray(const std::vector<int64_t>& values);
// For `$1::bytea[]`.
std::string ToByteaArray(const std::vector<std::string>& values);

// A bytea parameter or field.
std::string ToBytea(const std::string& bytes);
std::string FromBytea(const pqxx::field& field);

}  // namespace callimport::postgres
