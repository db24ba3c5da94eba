// Passing errors up in one line.
#pragma once

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define CALLIMPORT_CONCAT_INNER(a, b) a##b
#define CALLIMPORT_CONCAT(a, b) CALLIMPORT_CONCAT_INNER(a, b)

#define RETURN_IF_ERROR(expression)                              \
  do {                                                           \
    absl::Status status_of_expression = (expression);            \
    if (!status_of_expression.ok()) return status_of_expression; \
  } while (false)

#define ASSIGN_OR_RETURN(declaration, expression) \
  CALLIMPORT_ASSIGN_OR_RETURN(CALLIMPORT_CONCAT(result_of_, __LINE__), declaration, expression)

#define CALLIMPORT_ASSIGN_OR_RETURN(result, declaration, expression) \
  auto result = (expression);                                        \
  if (!result.ok()) return std::move(result).status();               \
  declaration = *std::move(result)
