#include "tools/callimport/job_view.h"

#include <google/protobuf/util/time_util.h>

#include <cctype>
#include <nlohmann/json.hpp>

namespace callimport::cli {
namespace {

using Json = nlohmann::ordered_json;
using google::protobuf::Timestamp;
using job_scheduler::v1::ImportJob;
using vocabulary::Vocabulary;

Json TimeOf(bool set, const Timestamp& time) {
  if (!set) return nullptr;
  return google::protobuf::util::TimeUtil::ToString(time);
}

Json TotalOf(const common::v1::Progress& progress) {
  if (!progress.has_total_calls()) return nullptr;
  return progress.total_calls();
}

Json TextOf(const std::string& text) {
  if (text.empty()) return nullptr;
  return text;
}

// "historical"
std::string TypeOf(const ImportJob& job) {
  std::string name = job_scheduler::v1::JobType_Name(job.type()).substr(sizeof("JOB_TYPE_") - 1);
  for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return name;
}

Json AdminView(const ImportJob& job) {
  Json filters = Json::object();
  for (const auto& [name, value] : job.filter().attributes()) filters[name] = value;
  return {{"id", job.job_id()},
          {"customerId", job.workspace_id()},
          {"platform", job.platform()},
          {"status", vocabulary::WordOf(job.state(), Vocabulary::kAdmin)},
          {"totalCalls", TotalOf(job.progress())},
          {"processedCalls", job.progress().processed_calls()},
          {"failedCalls", job.progress().failed_calls()},
          {"createdAt", TimeOf(job.has_create_time(), job.create_time())},
          {"startedAt", TimeOf(job.has_start_time(), job.start_time())},
          {"completedAt", TimeOf(job.has_finish_time(), job.finish_time())},
          {"requestedBy", job.created_by().name()},
          {"config",
           {{"credentials", job.credential_id()},
            {"dateRange",
             {{"start", TimeOf(job.filter().has_start_time(), job.filter().start_time())},
              {"end", TimeOf(job.filter().has_end_time(), job.filter().end_time())}}},
            {"filters", filters}}}};
}

Json GraphView(const ImportJob& job) {
  return {{"id", job.job_id()},
          {"platform", job.platform()},
          {"jobType", TypeOf(job)},
          {"status", vocabulary::WordOf(job.state(), Vocabulary::kGraph)},
          {"totalCalls", TotalOf(job.progress())},
          {"processedCalls", job.progress().processed_calls()},
          {"failedCalls", job.progress().failed_calls()},
          {"startedAt", TimeOf(job.has_start_time(), job.start_time())},
          {"completedAt", TimeOf(job.has_finish_time(), job.finish_time())},
          {"estimatedCompletionAt", TimeOf(job.has_finish_latest(), job.finish_latest())},
          {"lastError", TextOf(job.last_error())},
          {"createdAt", TimeOf(job.has_create_time(), job.create_time())}};
}

Json RunView(const ImportJob& job) {
  return {{"id", job.job_id()},
          {"type", TypeOf(job)},
          {"status", vocabulary::WordOf(job.state(), Vocabulary::kRuns)},
          {"total_calls", TotalOf(job.progress())},
          {"processed_calls", job.progress().processed_calls()},
          {"errors", job.progress().errors()},
          {"warnings", job.progress().warnings()},
          {"started_at", TimeOf(job.has_start_time(), job.start_time())},
          {"completed_at", TimeOf(job.has_finish_time(), job.finish_time())},
          {"created_at", TimeOf(job.has_create_time(), job.create_time())}};
}

Json JsonOf(const ImportJob& job, Vocabulary vocabulary) {
  switch (vocabulary) {
    case Vocabulary::kAdmin:
      return AdminView(job);
    case Vocabulary::kGraph:
      return GraphView(job);
    case Vocabulary::kRuns:
      return RunView(job);
  }
  return {};
}

}  // namespace

std::string ViewOf(const ImportJob& job, Vocabulary vocabulary) {
  // Texts of vendors may hold bytes that are no UTF-8.
  return JsonOf(job, vocabulary).dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace callimport::cli
