#include "services/job-scheduler/domain/quote.h"

namespace callimport::job_scheduler {

namespace {

// As tables keep it.
bool AreSame(Timestamp one, Timestamp other) {
  using std::chrono::microseconds;
  return std::chrono::floor<microseconds>(one) == std::chrono::floor<microseconds>(other);
}

}  // namespace

bool IsAbout(const Quote& quote, const ImportJob& job) {
  return quote.credential_id == job.credential_id && quote.attributes == job.attributes &&
         AreSame(quote.window.start, job.window.start) && AreSame(quote.window.end, job.window.end);
}

}  // namespace callimport::job_scheduler
