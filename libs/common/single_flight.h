// What many want at the same time is asked for once: the first asks, the others wait for the same
// answer, and it serves those who come later for as long as it is good.
#pragma once

#include <cstddef>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace callimport {

template <typename Key, typename Value>
class SingleFlight {
 public:
  using Judge = std::function<bool(const Value&)>;

  struct Wish {
    // Whether a value that is there will do.
    Judge good;
    // Whether the one that somebody is asking for already will do.
    bool join = true;
    // Whether the value before will do until that has come; unset: no.
    Judge meanwhile = {};
  };

  // Beyond that many keys, those whose value is `spent` are forgotten.
  SingleFlight(size_t many, Judge spent) : many_(many), spent_(std::move(spent)) {}

  // `ask` gets the value before, or null. It may take its time, and must not throw.
  template <typename Ask>
  Value Get(const Key& key, const Wish& wish, const Ask& ask) {
    const auto flight = std::make_shared<Flight>();
    std::promise<Value> promise;
    std::optional<Value> before;
    {
      std::unique_lock lock(mutex_);
      const auto found = flights_.find(key);
      if (found != flights_.end()) {
        const std::shared_ptr<Flight> other = found->second;
        before = other->value ? other->value : other->before;
        if (before && (other->value ? wish.good(*before) : MayServe(wish.meanwhile, *before))) {
          return *std::move(before);
        }
        if (!other->value && wish.join) {
          lock.unlock();
          return other->awaited.get();
        }
      }
      if (flights_.size() >= many_) ForgetSpent();
      flight->awaited = promise.get_future().share();
      flight->before = before;
      flights_[key] = flight;
    }
    Value value = ask(before ? &*before : nullptr);
    {
      const std::lock_guard lock(mutex_);
      flight->value = value;
      flight->before.reset();
    }
    promise.set_value(value);
    return value;
  }

  // The next one asks, whoever is asking now.
  void Forget(const Key& key) {
    const std::lock_guard lock(mutex_);
    flights_.erase(key);
  }

 private:
  struct Flight {
    std::shared_future<Value> awaited;
    std::optional<Value> value;
    std::optional<Value> before;
  };

  static bool MayServe(const Judge& judge, const Value& value) { return judge && judge(value); }

  void ForgetSpent() {
    std::erase_if(flights_, [&](const auto& entry) {
      const auto& value = entry.second->value;
      return value && spent_(*value);
    });
  }

  const size_t many_;
  const Judge spent_;
  std::mutex mutex_;
  std::map<Key, std::shared_ptr<Flight>> flights_;
};

}  // namespace callimport
