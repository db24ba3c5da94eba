// One line of the benchmark: what was measured, under which conditions, and what was aimed at.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace callimport::bench {

struct Target {
  enum class Kind { kAtLeast, kAtMost };
  Kind kind;
  double bound;
};

inline Target AtLeast(double bound) { return {Target::Kind::kAtLeast, bound}; }
inline Target AtMost(double bound) { return {Target::Kind::kAtMost, bound}; }

struct Measurement {
  std::string row;  // as --only names it
  std::string what;
  double value = 0;
  std::string unit;
  std::optional<Target> target = {};
  std::string conditions = {};
};

bool Meets(const Target& target, double value);

// "1,234,567", "12.3", "0.0123": as many digits as mean something.
std::string FormatNumber(double value);

// "4", "1,234,567".
std::string FormatCount(int64_t count);

// Two lines for people: value and target, and the conditions below where there are any.
std::string FormatForPeople(const Measurement& measurement);

// One JSON object on one line.
std::string FormatAsJson(const Measurement& measurement);

}  // namespace callimport::bench
