#include "services/job-scheduler/storage/enum_names.h"

#include <stdexcept>
#include <string_view>

namespace callimport::job_scheduler {
namespace {

constexpr std::string_view kWorkClassPrefix = "WORK_CLASS_";

}  // namespace

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

std::string NameOf(JobKind kind) {
  switch (kind) {
    case JobKind::kHistorical:
      return "HISTORICAL";
    case JobKind::kSync:
      return "SYNC";
    case JobKind::kUpload:
      return "UPLOAD";
    case JobKind::kReconciliation:
      return "RECONCILIATION";
  }
  throw std::invalid_argument("no such job type");
}

JobKind JobKindOf(const std::string& name) {
  if (name == "HISTORICAL") return JobKind::kHistorical;
  if (name == "SYNC") return JobKind::kSync;
  if (name == "UPLOAD") return JobKind::kUpload;
  if (name == "RECONCILIATION") return JobKind::kReconciliation;
  throw std::invalid_argument("no such job type: " + name);
}

std::string NameOf(WorkClass work_class) {
  return WorkClass_Name(work_class).substr(kWorkClassPrefix.size());
}

WorkClass WorkClassOf(const std::string& name) {
  WorkClass work_class;
  if (WorkClass_Parse(std::string(kWorkClassPrefix) + name, &work_class)) return work_class;
  throw std::invalid_argument("no such work class: " + name);
}

}  // namespace callimport::job_scheduler
