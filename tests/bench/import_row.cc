#include "libs/common/status_macros.h"
#include "tests/bench/import_run.h"
#include "tests/bench/installation.h"
#include "tests/bench/read_rpcs.h"
#include "tests/bench/rows.h"

namespace callimport::bench {
namespace {

constexpr int64_t kCalls = 10'000;
constexpr double kMebibyte = 1 << 20;

struct Imported {
  e2e::scheduler::ImportJob job;
  double seconds = 0;
  Usages before;
  Usages after;

  double calls() const { return static_cast<double>(job.progress().processed_calls()); }
  // CPU seconds for 1,000 calls.
  double CostOf(const std::string& process) const {
    const auto then = before.find(process);
    const auto now = after.find(process);
    if (then == before.end() || now == after.end()) return 0;
    return (now->second.cpu_seconds - then->second.cpu_seconds) * 1'000 / calls();
  }
};

absl::StatusOr<Imported> Import(Installation& installation, int64_t calls) {
  Imported imported;
  imported.before = installation.CurrentUsages();
  ASSIGN_OR_RETURN(ImportRun run,
                   ImportRun::Begin(installation.client(), installation.credential_id()));
  ASSIGN_OR_RETURN(imported.job, run.Await(HasProcessed(calls)));
  imported.seconds = SecondsSince(run.begin());
  imported.after = installation.CurrentUsages();
  return imported;
}

// A fake vendor is told to have them all; of another nobody knows.
std::string TranscriptsOf(const Options& options) {
  return options.vendor ? "transcribed where the source has no transcript"
                        : "transcripts of the source";
}

void ReportRate(const Imported& imported, const std::string& transcripts, Report& report) {
  const auto& progress = imported.job.progress();
  const double kibibytes = static_cast<double>(progress.media_bytes()) / 1024;
  report.Add({.row = "import",
              .what = "whole imports",
              .value = imported.calls() / imported.seconds,
              .unit = "calls/s",
              .target = AtLeast(2'000),
              .conditions = FormatCount(progress.processed_calls()) + " calls in " +
                            FormatNumber(imported.seconds) + " s, " +
                            FormatNumber(kibibytes / imported.calls()) + " KiB of media each, " +
                            transcripts + ", " + std::to_string(progress.failed_calls()) +
                            " failed, " + std::to_string(progress.errors()) +
                            " errors on the way"});
}

void ReportCost(const Imported& imported, Report& report) {
  std::vector<std::string> ours = e2e::kServices;
  ours.push_back("PostgreSQL");
  double sum = 0;
  for (const std::string& process : ours) sum += imported.CostOf(process);
  const auto add = [&report](const std::string& what, double cost) {
    report.Add({.row = "import", .what = what, .value = cost, .unit = "s/1,000 calls"});
  };
  report.Add({.row = "import",
              .what = "CPU of services and PostgreSQL",
              .value = sum,
              .unit = "s/1,000 calls",
              .target = AtMost(0.75),
              .conditions = imported.after.contains("PostgreSQL")
                                ? ""
                                : "without PostgreSQL, which runs on another machine"});
  for (const std::string& process : ours) add("  CPU of " + process, imported.CostOf(process));
  if (imported.after.contains("fake-vendors")) {
    add("  beside that, CPU of the fake vendor", imported.CostOf("fake-vendors"));
  }
}

void ReportMemory(const Imported& imported, Report& report) {
  for (const std::string& service : e2e::kServices) {
    const auto bytes = static_cast<double>(imported.after.at(service).peak_rss_bytes);
    report.Add({.row = "import",
                .what = "peak memory of " + service,
                .value = bytes / kMebibyte,
                .unit = "MiB",
                .target = AtMost(200)});
  }
}

}  // namespace

absl::Status MeasureImport(const Options& options, Report& report) {
  const int64_t calls = options.calls.value_or(kCalls);
  report.Step("import: " + FormatCount(calls) + " calls");
  ASSIGN_OR_RETURN(
      const auto installation,
      Installation::Start(
          {.calls = calls, .outside = options.vendor, .keep_limits = options.keep_limits}));

  ASSIGN_OR_RETURN(const Imported imported, Import(*installation, calls));
  if (options.Wants("import")) {
    ReportRate(imported, TranscriptsOf(options), report);
    ReportCost(imported, report);
    ReportMemory(imported, report);
  }
  if (!options.Wants("reads")) return absl::OkStatus();
  return MeasureReads(*installation, imported.job, report);
}

}  // namespace callimport::bench
