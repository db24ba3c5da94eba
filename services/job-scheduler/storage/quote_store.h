// Quotes, and what they are made from. Every method is one transaction.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/common/clock.h"
#include "libs/postgres/pool.h"
#include "services/job-scheduler/domain/quote.h"
#include "services/job-scheduler/domain/quote_terms.h"
#include "services/job-scheduler/domain/workspace_settings.h"
#include "services/job-scheduler/storage/allowance.h"

namespace callimport::job_scheduler {

class QuoteStore {
 public:
  // `defaults` hold for workspaces that were not set.
  QuoteStore(postgres::Pool& pool, WorkspaceSettings defaults, QuoteTerms terms, const Clock& clock)
      : pool_(pool), defaults_(std::move(defaults)), terms_(terms), clock_(clock) {}

  // What a price and a forecast depend on, besides the source.
  struct Standing {
    WorkspaceSettings settings;
    FreeCalls free_calls;
    Pace pace;
    int64_t calls_before = 0;
  };
  absl::StatusOr<Standing> StandingOf(const std::string& workspace_id,
                                      const std::string& credential_id,
                                      const std::string& platform);

  // Gives the quote its id and its end, and keeps it.
  absl::StatusOr<Quote> Keep(Quote quote);

  // NOT_FOUND (QUOTE_NOT_FOUND).
  absl::StatusOr<Quote> Find(const std::string& workspace_id, const std::string& quote_id);

  // Those that expired so long ago that nobody asks why.
  absl::Status ForgetOld();

 private:
  postgres::Pool& pool_;
  const WorkspaceSettings defaults_;
  const QuoteTerms terms_;
  const Clock& clock_;
};

}  // namespace callimport::job_scheduler
