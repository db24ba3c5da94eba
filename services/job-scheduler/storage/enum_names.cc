#include "services/job-scheduler/storage/enum_names.h"

#include <stdexcept>

namespace callimport::job_scheduler {

std::string NameOf(Relation relation) {
  switch (relation) {
    case Relation::kNew:
      return "NEW";
    case Relation::kDuplicate:
      return "DUPLICATE";
    case Relation::kAdopted:
      return "ADOPTED";
  }
  throw std::invalid_argument("no such relation");
}

Relation RelationOf(const std::string& name) {
  if (name == "NEW") return Relation::kNew;
  if (name == "DUPLICATE") return Relation::kDuplicate;
  if (name == "ADOPTED") return Relation::kAdopted;
  throw std::invalid_argument("no such relation: " + name);
}

std::string NameOf(JobKind kind) { return kind == JobKind::kUpload ? "UPLOAD" : "HISTORICAL"; }

JobKind JobKindOf(const std::string& name) {
  if (name == "HISTORICAL") return JobKind::kHistorical;
  if (name == "UPLOAD") return JobKind::kUpload;
  throw std::invalid_argument("no such job type: " + name);
}

}  // namespace callimport::job_scheduler
