// Between what the domain knows and what the protos say.
#pragma once

#include "callimport/job_scheduler/v1/call_queue.pb.h"
#include "callimport/job_scheduler/v1/import_job.pb.h"
#include "services/job-scheduler/storage/call_leases_table.h"
#include "services/job-scheduler/storage/job_calls_table.h"

namespace callimport::job_scheduler {

v1::ImportJob ToProto(const ImportJob& job);
v1::ImportCall ToProto(const JobCall& call);
v1::LeaseRef ToProto(const Lease& lease);
v1::LeasedCall ToProto(LeasedCall call);

common::v1::CallFilter ToProto(const Window& window);

JobKind KindOf(v1::JobType type);

}  // namespace callimport::job_scheduler
