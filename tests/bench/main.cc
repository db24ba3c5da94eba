// callimport-bench: the figures of the suite, as ./dev bench prints them.

#include <cstdlib>
#include <iostream>

#include "absl/synchronization/mutex.h"
#include "tests/bench/options.h"
#include "tests/bench/report.h"
#include "tests/bench/rows.h"

namespace callimport::bench {
namespace {

using Row = absl::Status (*)(const Options&, Report&);

// A row that cannot be measured does not keep the others from it.
bool Run(const std::string& name, Row row, const Options& options, Report& report) {
  const absl::Status status = row(options, report);
  if (status.ok()) return true;
  std::cerr << "callimport-bench: " << name << " was not measured: " << status.message() << "\n";
  return false;
}

int RunAll(const Options& options, Report& report) {
  bool all = true;
  if (options.Wants("listing")) all &= Run("listing", MeasureListing, options, report);
  if (options.Wants("import") || options.Wants("reads")) {
    all &= Run("import", MeasureImport, options, report);
  }
  if (options.Wants("media")) all &= Run("media", MeasureMedia, options, report);
  if (options.Wants("lease")) all &= Run("lease", MeasureLease, options, report);
  if (options.Wants("crowd")) all &= Run("crowd", MeasureCrowd, options, report);
  if (options.Wants("scaling")) all &= Run("scaling", MeasureScaling, options, report);
  if (options.Wants("access")) all &= Run("access", MeasureAccess, options, report);
  if (options.Wants("quota")) all &= Run("quota", MeasureQuota, options, report);
  if (options.Wants("watch")) all &= Run("watch", MeasureWatch, options, report);
  if (options.Wants("webhooks")) all &= Run("webhooks", MeasureWebhooks, options, report);
  return all ? 0 : 1;
}

int Main(const std::vector<std::string>& arguments) {
  const char* const secret = std::getenv("CALLIMPORT_BENCH_SECRET");
  const auto options = ParseOptions(arguments, secret ? secret : "");
  if (!options.ok()) {
    std::cerr << "callimport-bench: " << options.status().message() << "\n\n" << Usage();
    return 2;
  }
  if (options->help) {
    std::cout << Usage();
    return 0;
  }
  auto report = Report::Open(std::cout, std::cerr, options->json_file);
  if (!report.ok()) {
    std::cerr << "callimport-bench: " << report.status().message() << "\n";
    return 2;
  }
#ifndef NDEBUG
  report->Step("this is no release build: figures mean little");
#endif
  return RunAll(*options, *report);
}

}  // namespace
}  // namespace callimport::bench

int main(int argc, char** argv) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  return callimport::bench::Main({argv + 1, argv + argc});
}
