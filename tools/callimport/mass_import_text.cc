#include "tools/callimport/mass_import_text.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "tools/callimport/dates.h"
#include "tools/callimport/text.h"

namespace callimport::cli {
namespace {

using job_scheduler::v1::ImportJob;
using job_scheduler::v1::MassImport;
using job_scheduler::v1::MassImportStep;

std::string Line(const std::string& name, const std::string& text) {
  return absl::StrCat(Pad(name, 19), text, "\n");
}

std::string StepsText(const MassImport& import) {
  std::map<MassImportStep::Kind, std::string> times;
  for (const MassImportStep& step : import.steps()) times[step.kind()] = ShortTime(step.time());
  std::string text;
  for (int kind = MassImportStep::KIND_MAINTENANCE_ON; kind <= MassImportStep::Kind_MAX; ++kind) {
    const auto step = static_cast<MassImportStep::Kind>(kind);
    const auto done = times.find(step);
    text += Line(StateWords(MassImportStep::Kind_Name(step), "KIND_"),
                 done == times.end() ? "not yet" : done->second);
  }
  return text;
}

std::string KindText(const common::v1::KindProgress& kind) {
  std::string text = std::to_string(kind.processed());
  if (kind.has_total()) absl::StrAppend(&text, " of ", kind.total());
  return Line("  " + StateWords(common::v1::RecordKind_Name(kind.kind()), "RECORD_KIND_"), text);
}

std::string JobText(const ImportJob& job) {
  std::string text = Line("import", job.job_id());
  text += Line("  state", StateWords(common::v1::JobState_Name(job.state()), "JOB_STATE_"));
  for (const auto& wait : job.waits()) text += Line("  waits", wait.text());
  for (const auto& kind : job.progress().kinds()) text += KindText(kind);
  if (job.progress().failed_calls() > 0) {
    text += Line("  failed", Count(job.progress().failed_calls(), "call"));
  }
  if (!job.last_error().empty()) text += Line("  last error", job.last_error());
  return text;
}

}  // namespace

std::string MassImportText(const MassImport& import) {
  std::string text = Line("mass import", import.mass_import_id());
  text += Line("account", import.credential_id());
  text += StepsText(import);
  if (import.has_job()) text += JobText(import.job());
  return text;
}

std::string ResetText(const job_scheduler::v1::ResetRunResponse& reset) {
  std::string text = absl::StrCat(
      reset.deleted() ? "Deleted: " : "It stored ", Count(reset.calls(), "call"), " (",
      Count(reset.engagements(), "engagement"), ", ", Count(reset.recordings(), "recording"), ", ",
      Count(reset.transcripts(), "transcript"), ") and ",
      Count(reset.other_records(), "other record"), ".");
  if (reset.pending_calls() > 0) {
    absl::StrAppend(&text, " What became of ", Count(reset.pending_calls(), "call"),
                    " is still being deleted; the workspace is closed until then.");
  }
  if (!reset.deleted()) absl::StrAppend(&text, " Calls that other imports met stay.");
  return text + "\n";
}

}  // namespace callimport::cli
