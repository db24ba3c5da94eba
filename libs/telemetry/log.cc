#include "libs/telemetry/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <cmath>
#include <memory>

#include "libs/telemetry/correlation.h"

namespace callimport::log {
namespace {

struct Target {
  std::string service;
  std::shared_ptr<spdlog::logger> lines;
};

// The lines are complete JSON when they get here; spdlog filters, locks and writes.
std::shared_ptr<spdlog::logger> MakeLogger(spdlog::level::level_enum level) {
  auto logger = std::make_shared<spdlog::logger>("callimport",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_formatter(std::make_unique<spdlog::pattern_formatter>("%v"));
  logger->set_level(level);
  logger->flush_on(spdlog::level::info);
  return logger;
}

Target& CurrentTarget() {
  static Target target{"", MakeLogger(spdlog::level::warn)};
  return target;
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
      break;
  }
  return spdlog::level::err;
}

const char* NameOf(Level level) {
  switch (level) {
    case Level::kDebug:
      return "debug";
    case Level::kInfo:
      return "info";
    case Level::kWarning:
      return "warning";
    case Level::kError:
      break;
  }
  return "error";
}

void AppendQuoted(std::string& line, const std::string& text) {
  line += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      line += '\\';
      line += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      line += fmt::format("\\u{:04x}", c);
    } else {
      line += c;
    }
  }
  line += '"';
}

struct AppendValue {
  std::string& line;
  void operator()(const std::string& text) const { AppendQuoted(line, Redact(text)); }
  void operator()(int64_t number) const { line += std::to_string(number); }
  void operator()(double number) const {
    line += std::isfinite(number) ? fmt::format("{:.6g}", number) : "null";
  }
  void operator()(bool flag) const { line += flag ? "true" : "false"; }
};

std::string Now() {
  const auto now = std::chrono::system_clock::now();
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch());
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
  return fmt::format("{}.{:03}Z", text, ms.count() % 1000);
}

void Write(Level level, const std::string& message, Fields fields) {
  const Target& target = CurrentTarget();
  if (!target.lines->should_log(ToSpdlog(level))) return;

  std::string line = R"({"time":")" + Now() + R"(","level":")" + NameOf(level) + R"(","service":)";
  AppendQuoted(line, target.service);
  if (!CurrentCorrelationId().empty()) {
    line += R"(,"correlation_id":)";
    AppendQuoted(line, CurrentCorrelationId());
  }
  line += R"(,"message":)";
  AppendQuoted(line, Redact(message));
  for (const auto& [name, value] : fields) {
    line += ',';
    AppendQuoted(line, name);
    line += ':';
    std::visit(AppendValue{line}, static_cast<const Value::variant&>(value));
  }
  line += '}';
  target.lines->log(ToSpdlog(level), spdlog::string_view_t(line));
}

}  // namespace

Value::Value(const absl::Status& status) : variant(status.ToString()) {}

void Start(const std::string& service, Level level) {
  CurrentTarget() = {service, MakeLogger(ToSpdlog(level))};
}

void Debug(const std::string& message, Fields fields) { Write(Level::kDebug, message, fields); }
void Info(const std::string& message, Fields fields) { Write(Level::kInfo, message, fields); }
void Warning(const std::string& message, Fields fields) { Write(Level::kWarning, message, fields); }
void Error(const std::string& message, Fields fields) { Write(Level::kError, message, fields); }

}  // namespace callimport::log
