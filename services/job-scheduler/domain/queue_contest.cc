#include "services/job-scheduler/domain/queue_contest.h"

#include <algorithm>

#include "services/job-scheduler/domain/bulk_window.h"

namespace callimport::job_scheduler {
namespace {

template <typename Key, typename Value>
Value FindOr(const std::map<Key, Value>& values, const Key& key) {
  const auto found = values.find(key);
  return found == values.end() ? Value() : found->second;
}

BulkWindow WindowOf(const WorkspaceSettings& workspace) {
  return BulkWindow(workspace.time_zone, workspace.bulk_hours);
}

// Puts the limits together, each of which several jobs may be under.
class Rooms {
 public:
  Rooms(const QueueState& state, const StartLimits& limits, Timestamp now)
      : state_(state), limits_(limits), now_(now) {
    for (const QueuedJob& job : state.jobs) {
      leased_of_credential_[job.credential] += job.leased_calls;
      leased_of_platform_[job.platform] += job.leased_calls;
    }
  }

  // Unset: the job may start nothing now.
  std::optional<std::vector<size_t>> Of(const QueuedJob& job) {
    std::vector<size_t> rooms;
    const auto add = [&](const std::string& name, auto room) {
      const size_t place = PlaceOf(name, room);
      rooms.push_back(place);
      return sizes_[place] > 0;
    };
    bool free = add("job " + job.job_id, [&] { return OfJob(job); });
    free &= add("platform " + job.platform, [&] { return OfPlatform(job.platform); });
    if (job.credential.second.empty()) return free ? std::optional(rooms) : std::nullopt;

    const auto& [workspace_id, credential_id] = job.credential;
    const std::string name = credential_id + " " + workspace_id;
    free &= !IsParked(job);
    free &= add("credential " + name, [&] { return OfCredential(job.credential); });
    if (ObeysWindow(job.work_class, job.run_now)) {
      free &= add("window " + name, [&] { return OfWindow(job.credential); });
    }
    return free ? std::optional(rooms) : std::nullopt;
  }

  std::vector<int> sizes() const { return sizes_; }

 private:
  template <typename Size>
  size_t PlaceOf(const std::string& name, Size size) {
    const auto [found, made] = place_of_.try_emplace(name, sizes_.size());
    if (made) sizes_.push_back(size());
    return found->second;
  }

  static int OfJob(const QueuedJob& job) {
    return static_cast<int>(std::clamp<int64_t>(job.open_calls - job.leased_calls, 0, kNoLimit));
  }

  int OfPlatform(const std::string& platform) const {
    return RoomIn(LimitsOf(limits_, platform).concurrent_calls, leased_of_platform_.at(platform));
  }

  bool IsParked(const QueuedJob& job) const {
    return ParkedUntil(FindOr(state_.parkings, job.credential), job.work_class, now_).has_value();
  }

  int OfCredential(const CredentialKey& key) const {
    const int starts = StartsPerSecond(limits_, FindOr(state_.parkings, key), now_);
    return std::min(RoomIn(starts, StartedThisSecond(FindOr(state_.starts, key), now_)),
                    RoomIn(limits_.concurrent_calls, leased_of_credential_.at(key)));
  }

  int OfWindow(const CredentialKey& key) const {
    const WorkspaceSettings workspace = FindOr(state_.workspaces, key.first);
    const BulkWindow window = WindowOf(workspace);
    if (!window.IsOpen(now_)) return 0;
    return RoomIn(workspace.bulk_calls_per_window,
                  StartedInWindow(FindOr(state_.starts, key), window.OpenedAt(now_)));
  }

  const QueueState& state_;
  const StartLimits& limits_;
  const Timestamp now_;
  std::map<CredentialKey, int64_t> leased_of_credential_;
  std::map<std::string, int64_t> leased_of_platform_;
  std::map<std::string, size_t> place_of_;
  std::vector<int> sizes_;
};

}  // namespace

bool ObeysWindow(common::v1::WorkClass work_class, bool run_now) {
  return work_class == common::v1::WORK_CLASS_BULK && !run_now;
}

Contest ContestOf(const QueueState& state, const StartLimits& limits, Timestamp now) {
  Contest contest;
  Rooms rooms(state, limits, now);
  for (const QueuedJob& job : state.jobs) {
    if (job.halted) continue;
    auto places = rooms.Of(job);
    if (!places) continue;
    const double cost =
        job.call_cost > 0 ? job.call_cost : LimitsOf(limits, job.platform).call_cost;
    contest.contenders.push_back(
        {.job_id = job.job_id,
         .workspace_id = job.credential.first,
         .credential_id = job.credential.second,
         .band = BandOf(job.work_class, job.priority),
         .weight = std::max(1, FindOr(state.workspaces, job.credential.first).weight),
         .cost = cost,
         .rooms = *std::move(places)});
  }
  contest.rooms = rooms.sizes();
  return contest;
}

std::map<CredentialKey, StartCount> CountStarts(const QueueState& state,
                                                const std::map<std::string, int>& calls_of_job,
                                                Timestamp now) {
  std::map<CredentialKey, StartCount> changed;
  for (const QueuedJob& job : state.jobs) {
    const auto calls = calls_of_job.find(job.job_id);
    if (calls == calls_of_job.end() || job.credential.second.empty()) continue;
    const bool bulk = ObeysWindow(job.work_class, job.run_now);
    const Timestamp window =
        bulk ? WindowOf(FindOr(state.workspaces, job.credential.first)).OpenedAt(now) : now;
    StartCount& count =
        changed.try_emplace(job.credential, FindOr(state.starts, job.credential)).first->second;
    CountStarts(count, now, calls->second, window, bulk ? calls->second : 0);
  }
  return changed;
}

}  // namespace callimport::job_scheduler
