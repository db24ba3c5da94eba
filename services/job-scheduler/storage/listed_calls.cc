#include "services/job-scheduler/storage/listed_calls.h"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <utility>

#include "libs/common/ids.h"
#include "services/job-scheduler/storage/import_warnings_table.h"
#include "services/job-scheduler/storage/job_calls_table.h"
#include "services/job-scheduler/storage/source_records_table.h"

namespace callimport::job_scheduler {
namespace {

// PostgreSQL keeps no NUL in a text, and an id must not be changed to fit.
bool IsStorable(const std::string& source_id) {
  return !source_id.empty() && source_id.find('\0') == std::string::npos;
}

std::string WithoutNul(std::string text) {
  std::erase(text, '\0');
  return text;
}

// Becomes an engagement.
bool IsCall(const common::v1::CallRecord& record) {
  switch (record.kind()) {
    case common::v1::RECORD_KIND_UNSPECIFIED:
    case common::v1::RECORD_KIND_CALL:
    case common::v1::RECORD_KIND_VOICEMAIL:
      return true;
    default:
      return false;
  }
}

void CountRecords(common::v1::Progress& progress, common::v1::RecordKind kind, int64_t records) {
  auto& kinds = *progress.mutable_kinds();
  auto found = std::ranges::find(kinds, kind, &common::v1::KindProgress::kind);
  common::v1::KindProgress& count = found == kinds.end() ? *kinds.Add() : *found;
  count.set_kind(kind);
  count.set_processed(count.processed() + records);
}

// Rising, so that calls of one page sort in the order they were listed.
void NumberCalls(std::vector<NewCall>& calls) {
  std::vector<std::string> ids;
  for (size_t made = 0; made < calls.size(); ++made) ids.push_back(NewUuid());
  std::sort(ids.begin(), ids.end());
  for (size_t place = 0; place < calls.size(); ++place) calls[place].call_id = ids[place];
}

// Calls of the page that the workspace has already.
struct Known {
  // By the source's ids.
  std::unordered_map<std::string, std::string> ids;
  // Those that the job may take over from others, and its own that could not be read until now. One
  // that cannot be read now is neither: nothing could be imported but its id.
  std::vector<std::string> adoptable;
  std::vector<std::string> rereadable;
};

Known FindKnown(pqxx::work& tx, const ImportJob& job, const std::vector<NewCall>& calls,
                const std::unordered_set<std::string>& inserted) {
  std::vector<std::string> missing;
  std::unordered_set<std::string> unreadable;
  for (const NewCall& call : calls) {
    if (inserted.contains(call.call_id)) continue;
    missing.push_back(call.source_call_id);
    if (!call.unreadable_reason.empty()) unreadable.insert(call.source_call_id);
  }
  Known known;
  for (const KnownCall& call : FindKnownCalls(tx, job, missing)) {
    known.ids[call.source_call_id] = call.call_id;
    if (unreadable.contains(call.source_call_id)) continue;
    (call.unread_here ? known.rereadable : known.adoptable).push_back(call.call_id);
  }
  return known;
}

// Records that could not be read, but for their ids: failed calls.
Tally TallyOf(const std::vector<NewCall>& calls, const std::unordered_set<std::string>& inserted) {
  Tally tally;
  for (const NewCall& call : calls) {
    if (call.unreadable_reason.empty()) continue;
    ++tally.errors;
    tally.failed += int{inserted.contains(call.call_id)};
    tally.last_error = "a record could not be read: " + call.unreadable_reason;
  }
  return tally;
}

// What no call can be made of: the run goes on, and says so.
std::vector<ImportWarning> NamelessOf(const ListedCalls& listed) {
  std::vector<ImportWarning> warnings;
  for (const UnreadableCall& unreadable : listed.unreadable) {
    if (IsStorable(unreadable.source_call_id)) continue;
    warnings.push_back({"", "UNREADABLE_RECORD", WithoutNul(unreadable.reason)});
  }
  for (const auto& record : listed.records) {
    if (IsStorable(record.source_call_id())) continue;
    warnings.push_back({"", "UNREADABLE_RECORD",
                        "a record has no usable id; its title is " + WithoutNul(record.title())});
  }
  return warnings;
}

void UpdateTotal(common::v1::Progress& progress, const ListedCalls& listed) {
  if (listed.last) {
    progress.set_total_calls(progress.listed_calls());
    progress.set_exactness(common::v1::EXACTNESS_EXACT);
    progress.set_listing_done(true);
    for (common::v1::KindProgress& kind : *progress.mutable_kinds()) {
      kind.set_total(kind.processed());
    }
    return;
  }
  progress.set_total_calls(
      std::max({progress.total_calls(), listed.total.value_or(0), progress.listed_calls()}));
}

}  // namespace

Listing::Listing(const ListedCalls& listed) : listed_(listed) {
  bare_records_.reserve(listed.unreadable.size());
  std::unordered_set<std::string> seen;
  std::set<std::pair<int, std::string>> seen_others;
  for (const auto& record : listed.records) {
    if (!IsStorable(record.source_call_id())) continue;
    if (!IsCall(record)) {
      if (seen_others.emplace(record.kind(), record.source_call_id()).second) {
        others_.push_back(&record);
      }
      continue;
    }
    if (!seen.insert(record.source_call_id()).second) continue;
    calls_.push_back({"", record.source_call_id(), ""});
    records_.push_back(&record);
  }
  for (const UnreadableCall& unreadable : listed.unreadable) {
    if (!IsStorable(unreadable.source_call_id) || !seen.insert(unreadable.source_call_id).second) {
      continue;
    }
    calls_.push_back({"", unreadable.source_call_id, WithoutNul(unreadable.reason)});
    bare_records_.emplace_back().set_source_call_id(unreadable.source_call_id);
    records_.push_back(&bare_records_.back());
  }
  NumberCalls(calls_);
}

int64_t Listing::Store(pqxx::work& tx, ImportJob& job, Timestamp now) const {
  const auto inserted = InsertNewCalls(tx, job, calls_, now);
  const Known known = FindKnown(tx, job, calls_, inserted);
  const auto adopted = AdoptCalls(tx, job.job_id, known.adoptable, now);
  const auto reread = QueueReread(tx, job.job_id, known.rereadable, now);

  std::vector<MetCall> met;
  std::vector<MetCall> readable;
  for (size_t place = 0; place < calls_.size(); ++place) {
    const NewCall& call = calls_[place];
    if (inserted.contains(call.call_id)) {
      met.push_back({call.call_id, Relation::kNew, records_[place]});
    } else if (const auto found = known.ids.find(call.source_call_id); found != known.ids.end()) {
      const std::string& id = found->second;
      if (reread.contains(id)) readable.push_back({id, Relation::kNew, records_[place]});
      met.push_back(
          {id, adopted.contains(id) ? Relation::kAdopted : Relation::kDuplicate, records_[place]});
    }
  }
  const Met fresh = LinkCalls(tx, job.job_id, met);
  ReplaceRecords(tx, job.job_id, readable);

  common::v1::Progress& progress = job.progress;
  for (const auto& [kind, records] : StoreRecords(tx, job, others_)) {
    CountRecords(progress, kind, records);
  }
  progress.set_listed_calls(progress.listed_calls() + fresh.listed);
  progress.set_duplicate_calls(progress.duplicate_calls() + fresh.duplicates);
  progress.set_failed_calls(progress.failed_calls() - static_cast<int64_t>(reread.size()));
  const Tally tally = TallyOf(calls_, inserted);
  Add(job, tally);
  AddWarnings(tx, job, NamelessOf(listed_), now);
  UpdateTotal(progress, listed_);
  return static_cast<int64_t>(inserted.size() + adopted.size() + reread.size()) - tally.failed;
}

}  // namespace callimport::job_scheduler
