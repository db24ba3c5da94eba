// Where measurements go as soon as they are made.
#pragma once

#include <fstream>
#include <ostream>
#include <string>

#include "absl/status/statusor.h"
#include "tests/bench/measurement.h"

namespace callimport::bench {

class Report {
 public:
  // `json_file` may be empty: then only people read them.
  static absl::StatusOr<Report> Open(std::ostream& people, std::ostream& steps,
                                     const std::string& json_file);

  // What is being done now, for who waits.
  void Step(const std::string& what);
  void Add(const Measurement& measurement);

 private:
  Report(std::ostream& people, std::ostream& steps) : people_(&people), steps_(&steps) {}

  std::ostream* people_;
  std::ostream* steps_;
  std::ofstream json_;
};

}  // namespace callimport::bench
