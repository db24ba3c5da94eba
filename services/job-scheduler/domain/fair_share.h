// Whose calls are worked on next. Three levels, each shared by weight: how urgent the work is, the
// workspaces that have such work, and the credentials of each. What counts is the quota that calls
// cost their vendor, not their number.
//
// Everybody on a level has a virtual time that moves on with what they get; the lowest is next.
// Whoever comes back after a while goes on with those that wait now: nothing is saved up.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "callimport/common/v1/progress.pb.h"

namespace callimport::job_scheduler {

// Work of one class and priority. Its weight says how much of the queue it gets while other bands
// wait too, so none waits for ever.
struct Band {
  common::v1::WorkClass work_class = common::v1::WORK_CLASS_BULK;
  // 0 to kHighestPriority.
  int priority = 0;

  auto operator<=>(const Band&) const = default;
};
inline constexpr int kHighestPriority = 2;

// Priorities beyond the ends count as the ends.
Band BandOf(common::v1::WorkClass work_class, int priority);
int WeightOf(const Band& band);

// Calls of other bands between two of this one, at most, whatever else waits, when they cost alike.
int StarvationBound(const Band& band);

// Where everybody stands, by names that are made here.
using VirtualTimes = std::map<std::string, double>;

// A job that has calls due.
struct Contender {
  std::string job_id;
  std::string workspace_id;
  std::string credential_id;
  Band band;
  // Of the workspace.
  int weight = 1;
  // Of one call: what it takes of the vendor's quota.
  double cost = 1;
  // The limits that it is under, as places in the list of rooms. Each call takes one of each.
  std::vector<size_t> rooms;
};

// The names whose times have to be known to share out among these.
std::vector<std::string> TimesOf(const std::vector<Contender>& contenders);

class FairShare {
 public:
  // `rooms`: how many calls each limit still lets start. Contenders of one credential are served
  // one after the other, in the order they are given.
  FairShare(std::vector<Contender> contenders, const VirtualTimes& times, std::vector<int> rooms);

  // The jobs whose calls are next, one entry a call; fewer when limits say so. Changes nothing.
  std::vector<std::string> Next(int calls) const;

  // Calls of the job have been handed out.
  void Serve(const std::string& job_id, int calls);

  // The job has no more.
  void Dismiss(const std::string& job_id);

  // Where all stand now, to be kept.
  VirtualTimes times() const;

 private:
  // Of a contender, on each level.
  struct Nodes {
    size_t band;
    size_t workspace;
    size_t credential;
  };
  struct State {
    std::vector<double> times;  // by node
    std::vector<int> rooms;
    std::vector<bool> dismissed;  // by contender
  };
  static constexpr size_t kNobody = static_cast<size_t>(-1);

  size_t NodeOf(const std::string& name, const std::string& clock, const VirtualTimes& times);
  bool MayStart(const State& state, size_t place) const;
  bool ComesBefore(const State& state, size_t one, size_t other) const;
  size_t Choose(const State& state) const;
  void Charge(State& state, size_t place, int calls) const;
  size_t PlaceOf(const std::string& job_id) const;

  std::vector<Contender> contenders_;
  std::vector<Nodes> nodes_;               // by contender
  std::map<std::string, size_t> node_of_;  // by name
  std::vector<std::string> clock_of_;      // by node: the level it is on
  std::vector<bool> might_start_;          // by contender: at first
  VirtualTimes clocks_;
  State state_;
};

}  // namespace callimport::job_scheduler
