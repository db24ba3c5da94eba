#include "services/job-scheduler/domain/fair_share.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace callimport::job_scheduler {
namespace {

using common::v1::WorkClass;

constexpr WorkClass kClasses[] = {common::v1::WORK_CLASS_INTERACTIVE,
                                  common::v1::WORK_CLASS_WEBHOOK, common::v1::WORK_CLASS_SYNC,
                                  common::v1::WORK_CLASS_RECONCILE, common::v1::WORK_CLASS_BULK};
// How much more a priority gets than the one below it.
constexpr int kPriorityFactor = 4;

// On which clock each level counts.
constexpr char kBands[] = "bands";
constexpr char kWorkspaces[] = "workspaces";
std::string CredentialsOf(const std::string& workspace_id) { return "credentials " + workspace_id; }

std::string NameOf(const Band& band) {
  return "band " + WorkClass_Name(band.work_class) + " " + std::to_string(band.priority);
}
std::string NameOfWorkspace(const std::string& workspace_id) { return "workspace " + workspace_id; }
// The id of a credential holds no blank.
std::string NameOfCredential(const Contender& contender) {
  return "credential " + contender.credential_id + " " + contender.workspace_id;
}

int ClassWeight(WorkClass work_class) {
  switch (work_class) {
    case common::v1::WORK_CLASS_INTERACTIVE:
      return 16;
    case common::v1::WORK_CLASS_WEBHOOK:
      return 8;
    case common::v1::WORK_CLASS_SYNC:
      return 4;
    default:
      return 2;
  }
}

double TimeIn(const VirtualTimes& times, const std::string& name) {
  const auto found = times.find(name);
  return found == times.end() ? 0 : found->second;
}

}  // namespace

Band BandOf(WorkClass work_class, int priority) {
  return {.work_class = work_class, .priority = std::clamp(priority, 0, kHighestPriority)};
}

int WeightOf(const Band& band) {
  int weight = ClassWeight(band.work_class);
  for (int priority = 0; priority < band.priority; ++priority) weight *= kPriorityFactor;
  return weight;
}

int StarvationBound(const Band& band) {
  int others = 0;
  int bands = 0;
  for (const WorkClass work_class : kClasses) {
    for (int priority = 0; priority <= kHighestPriority; ++priority) {
      const Band other{work_class, priority};
      if (other == band) continue;
      others += WeightOf(other);
      ++bands;
    }
  }
  // Each may be ahead by one call when it begins.
  return (others + WeightOf(band) - 1) / WeightOf(band) + bands;
}

std::vector<std::string> TimesOf(const std::vector<Contender>& contenders) {
  std::vector<std::string> names = {kBands, kWorkspaces};
  for (const Contender& contender : contenders) {
    names.push_back(NameOf(contender.band));
    names.push_back(NameOfWorkspace(contender.workspace_id));
    names.push_back(CredentialsOf(contender.workspace_id));
    names.push_back(NameOfCredential(contender));
  }
  std::ranges::sort(names);
  const auto twice = std::ranges::unique(names);
  names.erase(twice.begin(), twice.end());
  return names;
}

FairShare::FairShare(std::vector<Contender> contenders, const VirtualTimes& times,
                     std::vector<int> rooms)
    : contenders_(std::move(contenders)) {
  for (const Contender& contender : contenders_) {
    nodes_.push_back(
        {.band = NodeOf(NameOf(contender.band), kBands, times),
         .workspace = NodeOf(NameOfWorkspace(contender.workspace_id), kWorkspaces, times),
         .credential =
             NodeOf(NameOfCredential(contender), CredentialsOf(contender.workspace_id), times)});
  }
  state_.rooms = std::move(rooms);
  state_.dismissed.resize(contenders_.size(), false);
  for (size_t place = 0; place < contenders_.size(); ++place) {
    might_start_.push_back(MayStart(state_, place));
  }
}

// Nobody starts behind the clock of their level.
size_t FairShare::NodeOf(const std::string& name, const std::string& clock,
                         const VirtualTimes& times) {
  const auto [node, made] = node_of_.try_emplace(name, state_.times.size());
  if (!made) return node->second;
  const double now = clocks_[clock] = TimeIn(times, clock);
  state_.times.push_back(std::max(now, TimeIn(times, name)));
  clock_of_.push_back(clock);
  return node->second;
}

bool FairShare::MayStart(const State& state, size_t place) const {
  return !state.dismissed[place] &&
         std::ranges::all_of(contenders_[place].rooms,
                             [&state](size_t room) { return state.rooms[room] > 0; });
}

bool FairShare::ComesBefore(const State& state, size_t one, size_t other) const {
  const auto rank = [&](size_t place) {
    const Nodes& nodes = nodes_[place];
    return std::tuple(state.times[nodes.band], nodes.band, state.times[nodes.workspace],
                      nodes.workspace, state.times[nodes.credential], nodes.credential, place);
  };
  return rank(one) < rank(other);
}

size_t FairShare::Choose(const State& state) const {
  size_t chosen = kNobody;
  for (size_t place = 0; place < contenders_.size(); ++place) {
    if (!MayStart(state, place)) continue;
    if (chosen == kNobody || ComesBefore(state, place, chosen)) chosen = place;
  }
  return chosen;
}

void FairShare::Charge(State& state, size_t place, int calls) const {
  const Contender& contender = contenders_[place];
  const double cost = contender.cost * calls;
  state.times[nodes_[place].band] += cost / WeightOf(contender.band);
  state.times[nodes_[place].workspace] += cost / contender.weight;
  state.times[nodes_[place].credential] += cost;
  for (const size_t room : contender.rooms) state.rooms[room] -= calls;
}

std::vector<std::string> FairShare::Next(int calls) const {
  State state = state_;
  std::vector<std::string> next;
  while (static_cast<int>(next.size()) < calls) {
    const size_t chosen = Choose(state);
    if (chosen == kNobody) break;
    Charge(state, chosen, 1);
    next.push_back(contenders_[chosen].job_id);
  }
  return next;
}

size_t FairShare::PlaceOf(const std::string& job_id) const {
  const auto found = std::ranges::find(contenders_, job_id, &Contender::job_id);
  return static_cast<size_t>(found - contenders_.begin());
}

void FairShare::Serve(const std::string& job_id, int calls) {
  Charge(state_, PlaceOf(job_id), calls);
}

void FairShare::Dismiss(const std::string& job_id) { state_.dismissed[PlaceOf(job_id)] = true; }

// A clock stands where the last of those stands who have more to do. When nobody has, it goes with
// those who had, or they would be behind whoever comes next for all that they ever got.
VirtualTimes FairShare::times() const {
  VirtualTimes waiting;
  VirtualTimes done;
  for (size_t place = 0; place < contenders_.size(); ++place) {
    if (!might_start_[place]) continue;
    VirtualTimes& least = state_.dismissed[place] ? done : waiting;
    for (const size_t node :
         {nodes_[place].band, nodes_[place].workspace, nodes_[place].credential}) {
      const double time = state_.times[node];
      const auto [clock, first] = least.try_emplace(clock_of_[node], time);
      if (!first) clock->second = std::min(clock->second, time);
    }
  }
  waiting.merge(done);
  VirtualTimes times = clocks_;
  for (const auto& [clock, time] : waiting) times[clock] = std::max(times[clock], time);
  for (const auto& [name, node] : node_of_) times[name] = state_.times[node];
  return times;
}

}  // namespace callimport::job_scheduler
