#include "tests/bench/process_usage.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"

namespace callimport::bench {
namespace {

std::string FileOf(pid_t pid, const char* name) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/" + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

absl::StatusOr<StatLine> StatOf(pid_t pid) { return ParseStat(FileOf(pid, "stat")); }

bool IsNumber(const std::string& text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

absl::StatusOr<StatLine> ParseStat(const std::string& text) {
  // The name before the last parenthesis may hold anything, spaces and parentheses included.
  const size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) {
    return Error(absl::StatusCode::kNotFound, "NO_SUCH_PROCESS", "the process is gone");
  }
  std::istringstream fields(text.substr(name_end + 1));
  StatLine line;
  std::string skipped;
  fields >> skipped >> line.parent;
  for (int field = 5; field <= 13; ++field) fields >> skipped;
  int64_t user = 0, system = 0, children_user = 0, children_system = 0;
  fields >> user >> system >> children_user >> children_system;
  line.cpu_seconds = static_cast<double>(user + system + children_user + children_system) /
                     static_cast<double>(sysconf(_SC_CLK_TCK));
  return line;
}

int64_t ParsePeakRss(const std::string& text) {
  const std::string name = "VmHWM:";
  const size_t at = text.find(name);
  if (at == std::string::npos) return 0;
  int64_t kibibytes = 0;
  std::istringstream(text.substr(at + name.size())) >> kibibytes;
  return kibibytes * 1024;
}

absl::StatusOr<ProcessUsage> UsageOf(pid_t pid) {
  ASSIGN_OR_RETURN(const StatLine line, StatOf(pid));
  return ProcessUsage{.cpu_seconds = line.cpu_seconds,
                      .peak_rss_bytes = ParsePeakRss(FileOf(pid, "status"))};
}

absl::StatusOr<ProcessUsage> UsageOfFamily(pid_t pid) {
  ASSIGN_OR_RETURN(ProcessUsage sum, UsageOf(pid));
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored)) {
    const std::string name = entry.path().filename();
    if (!IsNumber(name)) continue;
    const pid_t other = std::stoi(name);
    const auto line = StatOf(other);
    if (!line.ok() || line->parent != pid) continue;
    sum.cpu_seconds += line->cpu_seconds;
    sum.peak_rss_bytes = std::max(sum.peak_rss_bytes, ParsePeakRss(FileOf(other, "status")));
  }
  return sum;
}

bool ForgetPeak(pid_t pid) {
  std::ofstream file("/proc/" + std::to_string(pid) + "/clear_refs");
  file << "5" << std::flush;
  return file.good();
}

absl::StatusOr<pid_t> ParentOf(pid_t pid) {
  ASSIGN_OR_RETURN(const StatLine line, StatOf(pid));
  return line.parent;
}

}  // namespace callimport::bench
