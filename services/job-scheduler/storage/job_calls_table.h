// The SQL of job_calls: what each job met. Every function joins the caller's transaction.
#pragma once

#include <compare>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "callimport/common/v1/call.pb.h"
#include "callimport/common/v1/progress.pb.h"
#include "services/job-scheduler/domain/call_states.h"
#include "services/job-scheduler/storage/enum_names.h"

namespace callimport::job_scheduler {

struct MetCall {
  std::string call_id;
  Relation relation = Relation::kNew;
  const common::v1::CallRecord* record = nullptr;
};

// How many calls the job met for the first time, by relation.
struct Met {
  int64_t listed = 0;
  int64_t duplicates = 0;
};

// Links the calls to the job. One that it met before counts no more, but a duplicate that has been
// adopted since ceases to be one.
Met LinkCalls(pqxx::work& tx, const std::string& job_id, const std::vector<MetCall>& calls);

// What the source tells of calls that the job has met, once it can be read.
void ReplaceRecords(pqxx::work& tx, const std::string& job_id, const std::vector<MetCall>& calls);

// A call of a job.
struct JobCallId {
  std::string job_id;
  std::string call_id;
  auto operator<=>(const JobCallId&) const = default;
};

// What a source told of a call, as a job keeps it.
struct KeptRecord {
  JobCallId place;
  common::v1::CallRecord record;
  // The record's bytes as they are stored.
  std::string bytes;
};

struct RecordList {
  std::string workspace_id;
  std::string platform;
  // Only later ones; all when empty.
  JobCallId after;
  int limit = 0;
};
// In the order of their places.
std::vector<KeptRecord> ListRecords(pqxx::work& tx, const RecordList& list);

struct CorrectedRecord {
  JobCallId place;
  // As KeptRecord.bytes when it was read.
  std::string before;
  common::v1::CallRecord record;
};
// Returns those that were still as they had been read. What was changed or cleaned away since stays
// so.
std::vector<JobCallId> CorrectRecords(pqxx::work& tx,
                                      const std::vector<CorrectedRecord>& corrections);

// Of these calls, how many the job has met.
int64_t CountLinked(pqxx::work& tx, const std::string& job_id,
                    const std::vector<std::string>& call_ids);

// Calls and voicemails, apart: what the job met of each so far, and what is settled of it. Walks
// over all calls of the job.
std::vector<common::v1::KindProgress> CountKinds(pqxx::work& tx, const std::string& job_id);

struct JobCall {
  std::string call_id;
  std::string source_call_id;
  std::string title;
  CallState state = common::v1::CALL_STATE_PENDING;
  Relation relation = Relation::kNew;
  std::string engagement_id;
  std::string error_reason;
  std::string error_message;
  int failures = 0;
  // Set while it is failed.
  std::optional<Timestamp> failed_at;
  // When it is due; unset once it has ended.
  std::optional<Timestamp> available_at;
  // The job works on it, or may; otherwise another one does.
  bool owned = false;
};

struct CallList {
  std::string job_id;
  // All when empty.
  std::vector<CallState> states;
  // Only later ones; all when empty.
  std::string after_call_id;
  int limit = 0;
};
struct CallPage {
  std::vector<JobCall> calls;
  // After which the next page begins; empty when there is none. A page that looks for few calls
  // among many may be short, or empty, and have a next one.
  std::string next = {};
};
CallPage ListCalls(pqxx::work& tx, const CallList& list);

struct CallTitle {
  std::string job_id;
  // Or the source's id when it has none.
  std::string title;
};
// Of one call of each job.
std::vector<CallTitle> FindTitles(pqxx::work& tx, const std::vector<std::string>& job_ids,
                                  const std::vector<std::string>& call_ids);

}  // namespace callimport::job_scheduler
