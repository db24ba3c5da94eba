#include "tests/bench/import_run.h"

#include <thread>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"

namespace callimport::bench {
namespace {

constexpr std::chrono::milliseconds kBetweenLooks(20);
constexpr double kPatienceSeconds = 120;

absl::Status Ended(const e2e::scheduler::ImportJob& job) {
  return Error(absl::StatusCode::kFailedPrecondition, "JOB_ENDED",
               "the job ended as " + e2e::words::JobState_Name(job.state()) + " with " +
                   std::to_string(job.progress().processed_calls()) + " calls processed, " +
                   std::to_string(job.progress().failed_calls()) +
                   " of them failed: " + job.last_error());
}

absl::Status Stuck(const e2e::scheduler::ImportJob& job) {
  return Error(absl::StatusCode::kAborted, "STUCK",
               "the job stands still in " + e2e::words::JobState_Name(job.state()) + " with " +
                   std::to_string(job.progress().listed_calls()) + " calls listed and " +
                   std::to_string(job.progress().processed_calls()) + " processed");
}

}  // namespace

double SecondsSince(SteadyTime begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

absl::StatusOr<ImportRun> ImportRun::Begin(e2e::Client& client, const std::string& credential_id) {
  const SteadyTime begin = std::chrono::steady_clock::now();
  ASSIGN_OR_RETURN(const auto job, client.CreateJob(credential_id));
  return ImportRun(client, job.job_id(), begin);
}

absl::StatusOr<e2e::scheduler::ImportJob> ImportRun::Await(const Condition& condition) {
  std::string numbers;
  SteadyTime moved = std::chrono::steady_clock::now();
  while (true) {
    ASSIGN_OR_RETURN(const auto job, client_->GetJob(job_id_));
    if (condition(job)) return job;
    if (e2e::HasEnded(job.state())) return Ended(job);
    if (std::string now = job.progress().SerializeAsString(); now != numbers) {
      numbers = std::move(now);
      moved = std::chrono::steady_clock::now();
    }
    if (SecondsSince(moved) > kPatienceSeconds) return Stuck(job);
    std::this_thread::sleep_for(kBetweenLooks);
  }
}

ImportRun::Condition HasProcessed(int64_t calls) {
  return [calls](const e2e::scheduler::ImportJob& job) {
    const int64_t processed = job.progress().processed_calls();
    return processed >= calls || (processed > 0 && e2e::HasEnded(job.state()));
  };
}

ImportRun::Condition HasListed(int64_t calls) {
  return [calls](const e2e::scheduler::ImportJob& job) {
    return job.progress().listed_calls() >= calls || job.progress().listing_done();
  };
}

}  // namespace callimport::bench
