#include "services/job-scheduler/storage/sync_listing.h"

#include <algorithm>
#include <limits>
#include <string>
#include <unordered_set>
#include <vector>

#include "libs/common/proto_time.h"
#include "services/job-scheduler/storage/allowance.h"
#include "services/job-scheduler/storage/imported_calls_table.h"
#include "services/job-scheduler/storage/sync_status_table.h"

namespace callimport::job_scheduler {
namespace {

constexpr int64_t kNoLimit = std::numeric_limits<int64_t>::max();

struct NewRecord {
  size_t place = 0;
  // No job has met it before.
  bool unknown = false;
};

// The records that the workspace has not, in their order.
std::vector<NewRecord> NewRecords(pqxx::work& tx, const ImportJob& job, const ListedCalls& listed) {
  std::vector<std::string> ids;
  ids.reserve(listed.records.size());
  for (const auto& record : listed.records) ids.push_back(record.source_call_id());
  std::unordered_set<std::string> known;
  for (const KnownCall& call : FindKnownCalls(tx, job, ids)) known.insert(call.source_call_id);
  std::unordered_set<std::string> seen = FindSettledCalls(tx, job, ids);
  std::vector<NewRecord> fresh;
  for (size_t place = 0; place < ids.size(); ++place) {
    if (seen.insert(ids[place]).second) fresh.push_back({place, !known.contains(ids[place])});
  }
  return fresh;
}

// How many more the sync may take, of so many that it wants.
int64_t RoomFor(pqxx::work& tx, int64_t wanted, ImportJob& job, const SyncStatus& status,
                const WorkspaceSettings& defaults, Timestamp now) {
  int64_t room = kNoLimit;
  if (status.call_limit) room = std::max<int64_t>(*status.call_limit - status.new_calls, 0);
  if (!job.charge.IsMetered()) return room;
  const int64_t lacking = std::min(wanted, room) - (job.charge.free_held - status.new_calls);
  if (lacking > 0) TakeFreeCalls(tx, job, lacking, defaults, now);
  return std::min(room, job.charge.free_held - status.new_calls);
}

Timestamp StartOf(const common::v1::CallRecord& record, const SyncStatus& status) {
  return record.has_start_time() ? FromProto(record.start_time()) : status.plan.window.end;
}

ListedCalls FirstOf(const ListedCalls& listed, size_t records) {
  ListedCalls first;
  first.records.assign(listed.records.begin(),
                       listed.records.begin() + static_cast<std::ptrdiff_t>(records));
  first.last = true;
  return first;
}

}  // namespace

std::optional<ListedCalls> CutForSync(pqxx::work& tx, ImportJob& job, const ListedCalls& listed,
                                      const WorkspaceSettings& defaults, Timestamp now) {
  if (job.kind != JobKind::kSync && job.kind != JobKind::kReconciliation) return std::nullopt;
  auto status = FindSyncStatus(tx, job.job_id);
  if (!status) return std::nullopt;
  const std::vector<NewRecord> fresh = NewRecords(tx, job, listed);
  const int64_t room = RoomFor(tx, static_cast<int64_t>(fresh.size()), job, *status, defaults, now);
  std::optional<ListedCalls> part;
  int64_t taken = 0;
  for (const NewRecord& found : fresh) {
    const Timestamp start = StartOf(listed.records[found.place], *status);
    if (taken == room) {
      status->cut_at = start;
      part = FirstOf(listed, found.place);
      break;
    }
    ++taken;
    if (found.unknown) status->late = std::max(status->late, LatenessOf(start, *status));
  }
  status->new_calls += taken;
  SaveSyncStatus(tx, *status);
  return part;
}

}  // namespace callimport::job_scheduler
