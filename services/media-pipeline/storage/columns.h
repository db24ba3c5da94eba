// Gathers rows column by column, for INSERT … SELECT FROM unnest($1::…[], $2::…[], …).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "libs/postgres/values.h"

namespace callimport::media_pipeline {

inline std::optional<std::string> Milliseconds(std::optional<std::chrono::milliseconds> duration) {
  if (!duration) return std::nullopt;
  return std::to_string(duration->count());
}

inline std::optional<std::chrono::milliseconds> MillisecondsFrom(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  return std::chrono::milliseconds(field.as<int64_t>());
}

}  // namespace callimport::media_pipeline
