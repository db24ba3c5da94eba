#include "services/status-tracker/domain/summary_line.h"

#include <cstdint>

namespace callimport::status_tracker {
namespace {

using common::v1::JobStatus;
using common::v1::Progress;

std::string Count(int64_t number, const std::string& singular) {
  return std::to_string(number) + " " + singular + (number == 1 ? "" : "s");
}

// "Gong import", "Upload"; a job that has not asked its source yet is just an "Import".
std::string Subject(const std::string& platform) {
  if (platform.empty()) return "Import";
  if (platform == "upload") return "Upload";
  return PlatformTitle(platform) + " import";
}

// What came of the calls. Parts that would say 0 are left out, except the new ones.
std::string Outcome(const Progress& progress) {
  std::string text = Count(progress.completed_calls(), "new call") + " imported.";
  if (progress.failed_calls() > 0)
    text += " " + Count(progress.failed_calls(), "call") + " failed.";
  if (progress.duplicate_calls() > 0) {
    text += " Skipped " + Count(progress.duplicate_calls(), "duplicate") + ".";
  }
  return text;
}

std::string Running(const Progress& progress) {
  const std::string done = std::to_string(progress.processed_calls());
  if (!progress.has_total_calls()) return done + " calls";
  return done + "/" + std::to_string(progress.total_calls()) + " calls";
}

}  // namespace

std::string PlatformTitle(const std::string& platform) {
  std::string title;
  for (const char c : platform) {
    const bool first = title.empty() || title.back() == ' ';
    if (c == '_') {
      title += ' ';
    } else {
      title += first && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
  }
  return title;
}

std::string SummaryLine(const JobStatus& job) {
  const std::string subject = Subject(job.platform());
  switch (job.state()) {
    case common::v1::JOB_STATE_COMPLETED:
      return subject + " complete — " + Outcome(job.progress());
    case common::v1::JOB_STATE_PARTIAL:
      return subject + " partly complete — " + Outcome(job.progress());
    case common::v1::JOB_STATE_CANCELLED:
      return subject + " cancelled — " + Outcome(job.progress());
    case common::v1::JOB_STATE_FAILED:
      return subject + " failed — " +
             (job.last_error().empty() ? Outcome(job.progress()) : job.last_error());
    case common::v1::JOB_STATE_PENDING:
      return subject + " waiting to start";
    case common::v1::JOB_STATE_COUNTING:
      return subject + " counting calls";
    case common::v1::JOB_STATE_PAUSED:
      return subject + " paused — " + Running(job.progress());
    case common::v1::JOB_STATE_CANCELLING:
      return subject + " being cancelled — " + Running(job.progress());
    default:
      return subject + " in progress — " + Running(job.progress());
  }
}

}  // namespace callimport::status_tracker
