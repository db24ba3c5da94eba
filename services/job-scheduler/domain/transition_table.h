// A state machine as a table: what is not listed cannot happen.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

namespace callimport::job_scheduler {

template <typename State, typename Event>
struct Transition {
  State from;
  Event event;
  State to;
};

// Where the event leads from there; nothing when it cannot happen there.
template <typename State, typename Event, size_t kSize>
constexpr std::optional<State> Find(const std::array<Transition<State, Event>, kSize>& table,
                                    State from, Event event) {
  for (const auto& transition : table) {
    if (transition.from == from && transition.event == event) return transition.to;
  }
  return std::nullopt;
}

}  // namespace callimport::job_scheduler
