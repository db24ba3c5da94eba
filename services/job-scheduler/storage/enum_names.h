// How tables spell what the domain names by enums.
#pragma once

#include <string>

#include "services/job-scheduler/domain/import_job.h"

namespace callimport::job_scheduler {

// What a call is to a job.
enum class Relation { kNew, kDuplicate, kAdopted };

std::string NameOf(Relation relation);
Relation RelationOf(const std::string& name);

std::string NameOf(JobKind kind);
JobKind JobKindOf(const std::string& name);

// "BULK".
std::string NameOf(WorkClass work_class);
WorkClass WorkClassOf(const std::string& name);

}  // namespace callimport::job_scheduler
