#include "tests/bench/measurement.h"

#include <fmt/format.h>

#include <cmath>

#include "libs/json/text.h"

namespace callimport::bench {
namespace {

int DecimalsOf(double value) {
  const double size = std::abs(value);
  if (size >= 100 || size == 0) return 0;
  if (size >= 10) return 1;
  return size >= 1 ? 2 : 3;
}

std::string WithThousands(std::string digits) {
  const size_t first = digits.starts_with('-') ? 1 : 0;
  const size_t point = digits.find('.');
  size_t at = point == std::string::npos ? digits.size() : point;
  while (at > first + 3) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

std::string FormatTarget(const Target& target) {
  const char* const sign = target.kind == Target::Kind::kAtLeast ? "≥" : "≤";
  return fmt::format("{} {}", sign, FormatNumber(target.bound));
}

}  // namespace

bool Meets(const Target& target, double value) {
  return target.kind == Target::Kind::kAtLeast ? value >= target.bound : value <= target.bound;
}

std::string FormatNumber(double value) {
  return WithThousands(fmt::format("{:.{}f}", value, DecimalsOf(value)));
}

std::string FormatCount(int64_t count) { return WithThousands(std::to_string(count)); }

std::string FormatForPeople(const Measurement& measurement) {
  std::string line = fmt::format("{:<44} {:>11} {:<15}", measurement.what,
                                 FormatNumber(measurement.value), measurement.unit);
  if (measurement.target) {
    line += fmt::format(" {:<13} {}", FormatTarget(*measurement.target),
                        Meets(*measurement.target, measurement.value) ? "met" : "short");
  }
  line.erase(line.find_last_not_of(' ') + 1);
  if (measurement.conditions.empty()) return line + "\n";
  return line + "\n    " + measurement.conditions + "\n";
}

std::string FormatAsJson(const Measurement& measurement) {
  std::string target;
  if (measurement.target) {
    const bool at_least = measurement.target->kind == Target::Kind::kAtLeast;
    target = fmt::format(R"(,"target":{},"target_is":"{}","met":{})", measurement.target->bound,
                         at_least ? "at_least" : "at_most",
                         Meets(*measurement.target, measurement.value));
  }
  return fmt::format(R"({{"row":{},"what":{},"value":{},"unit":{}{},"conditions":{}}})",
                     json::Quote(measurement.row), json::Quote(measurement.what), measurement.value,
                     json::Quote(measurement.unit), target, json::Quote(measurement.conditions));
}

}  // namespace callimport::bench
