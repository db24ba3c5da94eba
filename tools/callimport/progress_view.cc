#include "tools/callimport/progress_view.h"

#include <algorithm>

#include "libs/common/proto_time.h"
#include "tools/callimport/dates.h"
#include "tools/callimport/text.h"

namespace callimport::cli {
namespace {

using common::v1::Progress;
using common::v1::Wait;
using status_tracker::v1::ImportStatus;
using std::chrono::milliseconds;

constexpr int kLabelColumns = 13;

std::string StateOf(const ImportStatus& status) {
  return StateWords(common::v1::JobState_Name(status.job().state()), "JOB_STATE_");
}

const char* ColorOf(common::v1::JobState state) {
  switch (state) {
    case common::v1::JOB_STATE_COMPLETED:
      return "\x1b[32m";
    case common::v1::JOB_STATE_FAILED:
    case common::v1::JOB_STATE_CANCELLED:
      return "\x1b[31m";
    case common::v1::JOB_STATE_PARTIAL:
    case common::v1::JOB_STATE_CANCELLING:
      return "\x1b[33m";
    default:
      return "\x1b[36m";
  }
}

std::string Colored(const std::string& text, const char* color, const Canvas& canvas) {
  return canvas.color ? color + text + "\x1b[0m" : text;
}

bool HasEnded(const ImportStatus& status) { return status.job().has_finish_time(); }

milliseconds ElapsedOf(const ImportStatus& status, milliseconds age) {
  return FromProto(status.elapsed()) + (HasEnded(status) ? milliseconds(0) : age);
}

std::string Amount(int64_t done, const Progress& progress, int64_t total) {
  if (!progress.has_total_calls()) return std::to_string(done);
  const bool open = progress.exactness() == common::v1::EXACTNESS_LOWER_BOUND;
  return std::to_string(done) + " / " + std::to_string(total) + (open ? "+" : "");
}

std::string BarLine(const std::string& label, int64_t done, int64_t total, const Progress& progress,
                    const Canvas& canvas) {
  const std::string amount = Amount(done, progress, total);
  const int room = canvas.width - kLabelColumns - ColumnsOf(amount) - 3;
  const int columns = std::clamp(room, 5, 40);
  const std::string bar = Bar(done, progress.has_total_calls() ? total : 0, columns);
  return Pad(label, kLabelColumns) +
         Colored(bar, ColorOf(common::v1::JOB_STATE_UNSPECIFIED), canvas) + "  " + amount;
}

std::string TimesLine(const ImportStatus& status, milliseconds age) {
  const Progress& progress = status.job().progress();
  std::string line = "elapsed " + Clock(ElapsedOf(status, age));
  if (status.has_remaining()) {
    line += " · remaining about " + Clock(FromProto(status.remaining()) - age);
  }
  if (progress.media_bytes() > 0) line += " · " + Bytes(progress.media_bytes());
  if (progress.duplicate_calls() > 0)
    line += " · " + Count(progress.duplicate_calls(), "duplicate");
  if (progress.failed_calls() > 0)
    line += " · " + std::to_string(progress.failed_calls()) + " failed";
  if (progress.errors() > 0) line += " · " + Count(progress.errors(), "error");
  return line;
}

std::string TitleLine(const ImportStatus& status, const Canvas& canvas) {
  const std::string percent = std::to_string(status.percent()) + " %";
  const std::string plain = "Import " + status.job().job_id() + "  ";
  const std::string state = StateOf(status);
  return Fit(plain, std::max(0, canvas.width - ColumnsOf(state) - ColumnsOf(percent) - 2)) +
         Colored(state, ColorOf(status.job().state()), canvas) + "  " + percent;
}

}  // namespace

std::vector<std::string> ProgressLines(const ImportStatus& status, milliseconds age,
                                       const Canvas& canvas) {
  const Progress& progress = status.job().progress();
  // Duplicates have theirs already, and skipped calls get none.
  const int64_t wanted = std::max<int64_t>(
      0, progress.total_calls() - progress.duplicate_calls() - progress.skipped_calls());
  std::vector<std::string> lines = {
      TitleLine(status, canvas),
      BarLine("calls", progress.processed_calls(), progress.total_calls(), progress, canvas),
      BarLine("media", progress.media_stored(), wanted, progress, canvas),
      BarLine("transcripts", progress.transcripts_ready(), wanted, progress, canvas),
      Fit(TimesLine(status, age), canvas.width),
  };
  if (const std::string wait = WaitText(status); !wait.empty()) {
    lines.push_back(
        Fit("waits for    " + wait + ": " + status.job().waits(0).text(), canvas.width));
  }
  if (!HasEnded(status) && !status.job().current_item().empty()) {
    lines.push_back(Fit("now          " + status.job().current_item(), canvas.width));
  }
  if (!status.job().last_error().empty()) {
    lines.push_back(Fit("last error   " + status.job().last_error(), canvas.width));
  }
  return lines;
}

std::string ProgressLine(const ImportStatus& status) {
  const Progress& progress = status.job().progress();
  std::string line = StateOf(status) + ": " + std::to_string(progress.processed_calls());
  if (progress.has_total_calls()) line += "/" + std::to_string(progress.total_calls());
  line += " calls, " + std::to_string(progress.media_stored()) + " media, " +
          std::to_string(progress.transcripts_ready()) + " transcripts, " +
          TimesLine(status, milliseconds(0));
  if (const std::string wait = WaitText(status); !wait.empty()) line += " · waits for " + wait;
  return line;
}

std::string WaitText(const ImportStatus& status) {
  if (HasEnded(status) || status.job().waits().empty()) return "";
  const Wait& wait = status.job().waits(0);
  std::string text = StateWords(Wait::Reason_Name(wait.reason()), "REASON_");
  if (wait.has_until_time()) text += " until " + ShortTime(wait.until_time()) + " UTC";
  return text;
}

int ExitCodeOf(common::v1::JobState state) {
  if (state == common::v1::JOB_STATE_COMPLETED) return 0;
  return state == common::v1::JOB_STATE_PARTIAL ? 3 : 1;
}

}  // namespace callimport::cli
