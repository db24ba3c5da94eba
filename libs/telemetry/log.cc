#include "libs/telemetry/log.h"

#include <spdlog/fmt/chrono.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <ctime>
#include <memory>
#include <mutex>

#include "libs/common/errors.h"
#include "libs/telemetry/correlation.h"
#include "libs/telemetry/json_line.h"
#include "libs/telemetry/redact.h"

namespace callimport::log {
namespace {

// One write per line on standard error; the sink keeps lines of different threads apart.
class Log {
 public:
  Log() : lines_("callimport", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    lines_.set_pattern("%v");
    lines_.set_level(spdlog::level::warn);
  }

  void Start(const std::string& service, spdlog::level::level_enum level) {
    std::lock_guard lock(mutex_);
    service_ = service;
    lines_.set_level(level);
  }

  bool Wants(spdlog::level::level_enum level) const { return lines_.should_log(level); }

  void Write(spdlog::level::level_enum level, const std::string& line) {
    lines_.log(spdlog::source_loc{}, level, spdlog::string_view_t(line));
    lines_.flush();
  }

  std::string service() const {
    std::lock_guard lock(mutex_);
    return service_;
  }

 private:
  mutable std::mutex mutex_;
  std::string service_;
  spdlog::logger lines_;
};

// The one log of the process. Never destroyed: threads may still write while it exits.
Log& TheLog() {
  static Log& log = *new Log;
  return log;
}

spdlog::level::level_enum ToSpdlog(Level level) {
  switch (level) {
    case Level::kDebug:
      return spdlog::level::debug;
    case Level::kInfo:
      return spdlog::level::info;
    case Level::kWarning:
      return spdlog::level::warn;
    case Level::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

std::string Now() {
  const auto now = std::chrono::system_clock::now();
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch());
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  return fmt::format("{:%FT%T}.{:03}Z", fmt::gmtime(seconds), ms.count() % 1000);
}

void AddField(JsonLine& line, const std::string& name, const Value& value) {
  if (NamesSecret(name)) return line.Add(name, std::string("[redacted]"));
  std::visit(
      [&]<typename T>(const T& held) {
        if constexpr (std::is_same_v<T, std::string>) {
          line.Add(name, Redact(held));
        } else {
          line.Add(name, held);
        }
      },
      static_cast<const std::variant<std::string, int64_t, double, bool>&>(value));
}

void Write(Level level, const char* level_name, const std::string& message, Fields fields) {
  Log& log = TheLog();
  if (!log.Wants(ToSpdlog(level))) return;
  JsonLine line;
  line.Add("time", Now());
  line.Add("level", std::string(level_name));
  line.Add("service", log.service());
  if (!CurrentCorrelationId().empty()) line.Add("correlation_id", CurrentCorrelationId());
  line.Add("message", Redact(message));
  for (const auto& [name, value] : fields) AddField(line, name, value);
  log.Write(ToSpdlog(level), std::move(line).Finish());
}

std::string Describe(const absl::Status& status) {
  const std::string reason = ReasonOf(status);
  const std::string code = absl::StatusCodeToString(status.code());
  if (status.ok()) return code;
  return code + (reason.empty() ? "" : " " + reason) + ": " + std::string(status.message());
}

}  // namespace

Value::Value(const absl::Status& status) : variant(Describe(status)) {}

void Start(const std::string& service, Level level) { TheLog().Start(service, ToSpdlog(level)); }

void Debug(const std::string& message, Fields fields) {
  Write(Level::kDebug, "debug", message, fields);
}
void Info(const std::string& message, Fields fields) {
  Write(Level::kInfo, "info", message, fields);
}
void Warning(const std::string& message, Fields fields) {
  Write(Level::kWarning, "warning", message, fields);
}
void Error(const std::string& message, Fields fields) {
  Write(Level::kError, "error", message, fields);
}

}  // namespace callimport::log
