// Uploaded recordings: each is the only call of a job of its own.
#pragma once

#include <optional>
#include <pqxx/pqxx>
#include <string>

#include "callimport/common/v1/actor.pb.h"
#include "callimport/common/v1/call.pb.h"
#include "services/job-scheduler/domain/import_job.h"
#include "services/job-scheduler/storage/enum_names.h"

namespace callimport::job_scheduler {

// Listed already, and at work.
ImportJob UploadJob(const std::string& workspace_id, const common::v1::Actor& actor,
                    const std::string& correlation_id, Timestamp now);

// Makes the content a call of this job: a new one, or one that an earlier upload failed to import.
// Nothing when it is imported already or on its way. Joins the caller's transaction.
std::optional<Relation> TakeUpload(pqxx::work& tx, const ImportJob& job,
                                   const common::v1::CallRecord& record, Timestamp now);

// Makes the content, which is there already, one more call: its id gets a number, and the record
// with it. Joins the caller's transaction.
std::optional<Relation> TakeCopy(pqxx::work& tx, const ImportJob& job,
                                 common::v1::CallRecord& record, Timestamp now);

}  // namespace callimport::job_scheduler
