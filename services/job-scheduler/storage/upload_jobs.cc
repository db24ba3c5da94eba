#include "services/job-scheduler/storage/upload_jobs.h"

#include "libs/common/ids.h"
#include "services/job-scheduler/storage/imported_calls_table.h"

namespace callimport::job_scheduler {
namespace {

// Whoever uploads one recording more often gets what is there.
constexpr int kMostCopies = 100;

}  // namespace

ImportJob UploadJob(const std::string& workspace_id, const common::v1::Actor& actor,
                    const std::string& correlation_id, Timestamp now) {
  ImportJob job;
  job.job_id = NewUuid();
  job.workspace_id = workspace_id;
  job.platform = kUploadPlatform;
  job.kind = JobKind::kUpload;
  job.work_class = common::v1::WORK_CLASS_INTERACTIVE;
  job.window = {now, now};
  job.progress.set_total_calls(1);
  job.progress.set_exactness(common::v1::EXACTNESS_EXACT);
  job.progress.set_listed_calls(1);
  job.progress.set_listing_done(true);
  job.created_by = actor;
  job.correlation_id = correlation_id;
  job.created_at = now;
  job.updated_at = now;
  Apply(job, JobEvent::kCountingStarted, now);
  Apply(job, JobEvent::kCounted, now);
  return job;
}

std::optional<Relation> TakeUpload(pqxx::work& tx, const ImportJob& job,
                                   const common::v1::CallRecord& record, Timestamp now) {
  const std::string& source_id = record.source_call_id();
  if (!InsertNewCalls(tx, job, {{NewUuid(), source_id, ""}}, now).empty()) return Relation::kNew;
  for (const KnownCall& known : FindKnownCalls(tx, job, {source_id})) {
    if (!AdoptCalls(tx, job.job_id, {known.call_id}, now).empty()) return Relation::kAdopted;
  }
  return std::nullopt;
}

std::optional<Relation> TakeCopy(pqxx::work& tx, const ImportJob& job,
                                 common::v1::CallRecord& record, Timestamp now) {
  const std::string content = record.source_call_id();
  for (int number = 2; number <= kMostCopies; ++number) {
    record.set_source_call_id(content + "#" + std::to_string(number));
    const NewCall call{NewUuid(), record.source_call_id(), ""};
    if (!InsertNewCalls(tx, job, {call}, now).empty()) return Relation::kNew;
  }
  record.set_source_call_id(content);
  return std::nullopt;
}

}  // namespace callimport::job_scheduler
