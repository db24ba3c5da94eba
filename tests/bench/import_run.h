// One import job from its creation to some point of it.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "tests/e2e/client.h"

namespace callimport::bench {

using SteadyTime = std::chrono::steady_clock::time_point;

class ImportRun {
 public:
  static absl::StatusOr<ImportRun> Begin(e2e::Client& client, const std::string& credential_id);

  using Condition = std::function<bool(const e2e::scheduler::ImportJob&)>;

  // Looks every 20 ms. As long as numbers move it waits; ABORTED (STUCK) when they stand still for
  // two minutes, FAILED_PRECONDITION (JOB_ENDED) when the job ends without fulfilling it.
  absl::StatusOr<e2e::scheduler::ImportJob> Await(const Condition& condition);

  const std::string& job_id() const { return job_id_; }
  SteadyTime begin() const { return begin_; }

 private:
  ImportRun(e2e::Client& client, std::string job_id, SteadyTime begin)
      : client_(&client), job_id_(std::move(job_id)), begin_(begin) {}

  e2e::Client* client_;
  std::string job_id_;
  SteadyTime begin_;
};

double SecondsSince(SteadyTime begin);

// Processed at least so many calls, or ended with fewer, but some.
ImportRun::Condition HasProcessed(int64_t calls);
// Listed at least so many calls, or all.
ImportRun::Condition HasListed(int64_t calls);

}  // namespace callimport::bench
