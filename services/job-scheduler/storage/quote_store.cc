#include "services/job-scheduler/storage/quote_store.h"

#include <map>

#include "libs/common/errors.h"
#include "libs/common/ids.h"
#include "libs/postgres/transact.h"
#include "services/job-scheduler/domain/measured_pace.h"
#include "services/job-scheduler/storage/import_paces_table.h"
#include "services/job-scheduler/storage/quotes_table.h"
#include "services/job-scheduler/storage/workspaces_table.h"

namespace callimport::job_scheduler {
namespace {

constexpr std::chrono::days kKept{30};
constexpr int kForgottenAtOnce = 10'000;

absl::Status NotFound(const std::string& quote_id) {
  return Error(absl::StatusCode::kNotFound, "QUOTE_NOT_FOUND", "no quote " + quote_id);
}

std::map<std::string, BulkWindow> WindowsOf(pqxx::work& tx, const std::vector<EndedImport>& ended,
                                            const WorkspaceSettings& defaults) {
  std::vector<std::string> workspace_ids;
  for (const EndedImport& import : ended) workspace_ids.push_back(import.workspace_id);
  std::map<std::string, BulkWindow> windows;
  for (const WorkspaceSettings& settings : FindWorkspaces(tx, workspace_ids, defaults)) {
    windows.emplace(settings.workspace_id, BulkWindow(settings.time_zone, settings.bulk_hours));
  }
  return windows;
}

Pace PaceOf(pqxx::work& tx, const std::string& platform, const WorkspaceSettings& defaults,
            const Pace& assumed) {
  const std::vector<EndedImport> ended = FindEndedImports(tx, platform);
  const auto windows = WindowsOf(tx, ended, defaults);
  std::vector<double> paces;
  for (const EndedImport& import : ended) {
    const BulkWindow& window = windows.at(import.workspace_id);
    const double seconds =
        import.waited_for_window
            ? OpenSeconds(window, import.started_at, import.ended_at)
            : std::chrono::duration<double>(import.ended_at - import.started_at).count();
    paces.push_back(static_cast<double>(import.calls) / seconds);
  }
  return PaceFrom(std::move(paces), assumed);
}

}  // namespace

absl::StatusOr<QuoteStore::Standing> QuoteStore::StandingOf(const std::string& workspace_id,
                                                            const std::string& credential_id,
                                                            const std::string& platform) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) {
    return Standing{.settings = FindWorkspace(tx, workspace_id, defaults_),
                    .free_calls = FindFreeCalls(tx, workspace_id, defaults_, clock_.Now()),
                    .pace = PaceOf(tx, platform, defaults_, terms_.assumed_pace),
                    .calls_before = CountCallsBefore(tx, credential_id)};
  });
}

absl::StatusOr<Quote> QuoteStore::Keep(Quote quote) {
  quote.quote_id = NewUuid();
  quote.expires_at = clock_.Now() + terms_.valid;
  return postgres::Transact(pool_, [&](pqxx::work& tx) {
    InsertQuote(tx, quote);
    return quote;
  });
}

absl::StatusOr<Quote> QuoteStore::Find(const std::string& workspace_id,
                                       const std::string& quote_id) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<Quote> {
    auto quote = FindQuote(tx, workspace_id, quote_id);
    if (!quote) return NotFound(quote_id);
    return *std::move(quote);
  });
}

absl::Status QuoteStore::ForgetOld() {
  return postgres::Transact(
      pool_, [&](pqxx::work& tx) { DeleteQuotes(tx, clock_.Now() - kKept, kForgottenAtOnce); });
}

}  // namespace callimport::job_scheduler
