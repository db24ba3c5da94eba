// Tells the vault when jobs end and when they run again, so that credentials which live for one
// job are destroyed in time and not before.
//
// What the vault was told stands with the job. Everything may be told twice, by several replicas
// too: a process that dies between telling and marking leaves the rest to the next run.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "libs/clients/credential_manager/credential_lifecycle_client.h"
#include "libs/telemetry/metrics.h"
#include "services/job-scheduler/domain/import_job.h"
#include "services/job-scheduler/storage/release_store.h"

namespace callimport::job_scheduler {

class CredentialReleaser {
 public:
  // One run does so many jobs.
  static constexpr int kAtOnce = 100;
  static constexpr std::chrono::seconds kPeriod{3};

  CredentialReleaser(ReleaseStore& store, credential_manager::CredentialLifecycleClient& vault);

  // To be called again and again, by one thread. Errors are the database's; those of the vault are
  // logged here, and what it was not told comes again.
  absl::Status Run();

  // Before a job that has ended is retried: FAILED_PRECONDITION (CREDENTIAL_SHREDDED) when it
  // needs a new credential; UNAVAILABLE (VAULT_UNREACHABLE) when nobody can say.
  absl::Status Retain(const ImportJob& job);

  // A credential that was made for a job which then came to nothing.
  void ReleaseUnused(const ImportJob& job, Timestamp now);

 private:
  absl::Status TellAll(const std::vector<CredentialUse>& uses, absl::Status& trouble);
  absl::Status Tell(const CredentialUse& use);
  absl::Status AskRelease(const CredentialUse& use);
  absl::Status AskRetain(const CredentialUse& use);
  void Report(const absl::Status& trouble);

  ReleaseStore& store_;
  credential_manager::CredentialLifecycleClient& vault_;
  // Where the next run goes on, so that jobs that fail keep none of the others for ever.
  std::string after_job_id_;
  bool in_trouble_ = false;
  metrics::Counter failed_;
};

}  // namespace callimport::job_scheduler
