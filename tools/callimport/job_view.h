// One import as other systems show it: their names for its fields, and their words for its state.
#pragma once

#include <string>

#include "callimport/job_scheduler/v1/import_job.pb.h"
#include "libs/vocabulary/job_words.h"

namespace callimport::cli {

// One line of JSON. What is not known yet is null.
std::string ViewOf(const job_scheduler::v1::ImportJob& job, vocabulary::Vocabulary vocabulary);

}  // namespace callimport::cli
