// What vendors answered about things that hardly change, such as the members of a workspace, so
// that they are not asked again for every page of calls. Bounded: the oldest go first.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "libs/common/clock.h"
#include "services/adapter-gateway/vendor/vendor_answer.h"

namespace callimport::adapter_gateway {

struct AnswerMemoryBounds {
  size_t answers = 4'096;
  // Of all bodies together; one that is a tenth of it is not remembered.
  size_t bytes = 32 << 20;
};

// Safe to use from many threads.
class AnswerMemory {
 public:
  explicit AnswerMemory(const Clock& clock, AnswerMemoryBounds bounds = {})
      : clock_(clock), bounds_(bounds) {}

  // An answer is one account's: what another may see is none of its business.
  std::optional<VendorAnswer> Find(const std::string& account, const std::string& path);
  void Put(const std::string& account, const std::string& path, const VendorAnswer& answer,
           std::chrono::seconds keep);

 private:
  struct Remembered {
    VendorAnswer answer;
    Timestamp until;
    // The youngest under this name; what `order_` says of older ones does not count.
    uint64_t turn = 0;
  };

  void Drop(const std::string& key);

  const Clock& clock_;
  const AnswerMemoryBounds bounds_;
  std::mutex mutex_;
  std::map<std::string, Remembered> answers_;
  std::deque<std::pair<uint64_t, std::string>> order_;
  uint64_t turns_ = 0;
  size_t bytes_ = 0;
};

}  // namespace callimport::adapter_gateway
