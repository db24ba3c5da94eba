// A value that may be replaced while others use it.
#pragma once

#include <memory>
#include <mutex>
#include <utility>

namespace callimport::adapter_gateway {

// Copies are of the same value. Safe from any thread.
template <typename T>
class Live {
 public:
  // Implicit: what never changes may stand where what changes is asked for.
  Live(T value = {}) : state_(std::make_shared<State>(std::move(value))) {}  // NOLINT

  // As it stands now; it stays so for whoever holds it.
  std::shared_ptr<const T> Now() const {
    std::lock_guard lock(state_->mutex);
    return state_->value;
  }

  void Set(T value) {
    auto next = std::make_shared<const T>(std::move(value));
    std::lock_guard lock(state_->mutex);
    state_->value = std::move(next);
  }

 private:
  struct State {
    explicit State(T first) : value(std::make_shared<const T>(std::move(first))) {}
    std::mutex mutex;
    std::shared_ptr<const T> value;
  };
  std::shared_ptr<State> state_;
};

}  // namespace callimport::adapter_gateway
