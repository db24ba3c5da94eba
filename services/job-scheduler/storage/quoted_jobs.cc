#include "services/job-scheduler/storage/quoted_jobs.h"

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "services/job-scheduler/domain/quote.h"
#include "services/job-scheduler/storage/allowance.h"
#include "services/job-scheduler/storage/quotes_table.h"

namespace callimport::job_scheduler {
namespace {

// Among those of its class, an import that is paid for comes before those that are free.
constexpr int kPaidPriority = 1;

absl::Status Refusal(const std::string& reason, const std::string& message) {
  return Error(absl::StatusCode::kFailedPrecondition, reason, message);
}

absl::Status CheckUsable(const Quote& quote, const ImportJob& job, Timestamp now) {
  if (!quote.job_id.empty()) {
    return Refusal("QUOTE_USED", "an import was created under this quote already");
  }
  if (quote.expires_at <= now) {
    return Refusal("QUOTE_EXPIRED", "the quote has expired; preview the import again");
  }
  if (IsAbout(quote, job)) return absl::OkStatus();
  return Refusal("QUOTE_MISMATCH", "other calls were quoted than are to be imported");
}

absl::Status TakeQuoted(pqxx::work& tx, const Quote& quote, ImportJob& job,
                        const WorkspaceSettings& defaults, Timestamp now) {
  if (!IsMetered(quote.cost_per_call_cents)) return absl::OkStatus();
  const int64_t promised = quote.price.free_calls;
  if (TakeFreeCalls(tx, job, promised, defaults, now) < promised) {
    return Refusal("QUOTE_EXPIRED",
                   "free calls that were quoted are used meanwhile; preview the import again");
  }
  job.charge.billable = quote.price.billable_calls;
  job.charge.cost_per_call_cents = *quote.cost_per_call_cents;
  if (quote.price.billable_calls > 0) job.priority = kPaidPriority;
  return absl::OkStatus();
}

}  // namespace

absl::Status UseQuote(pqxx::work& tx, ImportJob& job, const WorkspaceSettings& defaults,
                      Timestamp now) {
  const auto quote = LockQuote(tx, job.workspace_id, job.quote_id);
  if (!quote) {
    return Error(absl::StatusCode::kNotFound, "QUOTE_NOT_FOUND", "no quote " + job.quote_id);
  }
  RETURN_IF_ERROR(CheckUsable(*quote, job, now));
  RETURN_IF_ERROR(TakeQuoted(tx, *quote, job, defaults, now));
  MarkUsed(tx, quote->quote_id, job.job_id);
  job.platform = quote->platform;
  job.progress.set_total_calls(quote->calls);
  job.progress.set_exactness(quote->exactness);
  job.finish_earliest = quote->finish_earliest;
  job.finish_latest = quote->finish_latest;
  return absl::OkStatus();
}

}  // namespace callimport::job_scheduler
