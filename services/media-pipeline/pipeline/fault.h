// What an error means for the call that met it.
#pragma once

#include "absl/status/status.h"
#include "callimport/job_scheduler/v1/call_queue.pb.h"

namespace callimport::media_pipeline {

job_scheduler::v1::FailedCall ToFailedCall(const absl::Status& error);

// Whether asking a service or the database again may help.
bool IsPassing(const absl::Status& error);

}  // namespace callimport::media_pipeline
