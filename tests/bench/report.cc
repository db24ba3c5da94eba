#include "tests/bench/report.h"

#include "libs/common/errors.h"

namespace callimport::bench {

absl::StatusOr<Report> Report::Open(std::ostream& people, std::ostream& steps,
                                    const std::string& json_file) {
  Report report(people, steps);
  if (!json_file.empty()) {
    report.json_.open(json_file);
    if (!report.json_) {
      return Error(absl::StatusCode::kInvalidArgument, "BAD_OPTION", "cannot write " + json_file);
    }
  }
  return report;
}

void Report::Step(const std::string& what) { *steps_ << "    " << what << std::endl; }

void Report::Add(const Measurement& measurement) {
  *people_ << FormatForPeople(measurement) << std::flush;
  if (json_.is_open()) json_ << FormatAsJson(measurement) << std::endl;
}

}  // namespace callimport::bench
