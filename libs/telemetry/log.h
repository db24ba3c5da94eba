// The log: one JSON object a line on standard error, with time, level, service, correlation id,
// message and fields. Values that look like secrets (tokens, keys in addresses, Authorization)
// are redacted here, whatever the caller meant.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <variant>

#include "absl/status/status.h"

namespace callimport::log {

enum class Level { kDebug, kInfo, kWarning, kError };

// Before this, nothing below a warning is written.
void Start(const std::string& service, Level level);

struct Value : std::variant<std::string, int64_t, double, bool> {
  Value(const char* text) : variant(std::string(text)) {}
  Value(std::string text) : variant(std::move(text)) {}
  Value(const absl::Status& status);
  Value(bool flag) : variant(flag) {}
  Value(double number) : variant(number) {}
  template <typename Integer>
    requires std::is_integral_v<Integer>
  Value(Integer number) : variant(static_cast<int64_t>(number)) {}
};

using Fields = std::initializer_list<std::pair<const char*, Value>>;

void Debug(const std::string& message, Fields fields = {});
void Info(const std::string& message, Fields fields = {});
void Warning(const std::string& message, Fields fields = {});
void Error(const std::string& message, Fields fields = {});

// The text without what looks like a secret. Also for error messages that leave the process.
std::string Redact(const std::string& text);

}  // namespace callimport::log
