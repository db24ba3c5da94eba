#include "services/adapter-gateway/vendor/answer_memory.h"

#include "absl/strings/str_cat.h"
#include "libs/crypto/digest.h"

namespace callimport::adapter_gateway {
namespace {

// Some vendors have the key in the address: it is not kept.
std::string KeyOf(const std::string& account, const std::string& path) {
  return crypto::Sha256(absl::StrCat(account.size(), ":", account, path));
}

size_t SizeOf(const VendorAnswer& answer) { return answer.body.root().raw().size(); }

}  // namespace

std::optional<VendorAnswer> AnswerMemory::Find(const std::string& account,
                                               const std::string& path) {
  const std::string key = KeyOf(account, path);
  std::lock_guard lock(mutex_);
  const auto found = answers_.find(key);
  if (found == answers_.end()) return std::nullopt;
  if (clock_.Now() < found->second.until) return found->second.answer;
  Drop(key);
  return std::nullopt;
}

void AnswerMemory::Put(const std::string& account, const std::string& path,
                       const VendorAnswer& answer, std::chrono::seconds keep) {
  if (SizeOf(answer) > bounds_.bytes / 10) return;
  const std::string key = KeyOf(account, path);
  std::lock_guard lock(mutex_);
  Drop(key);
  answers_.emplace(key, Remembered{answer, clock_.Now() + keep, ++turns_});
  order_.emplace_back(turns_, key);
  bytes_ += SizeOf(answer);
  while (!order_.empty() && (answers_.size() > bounds_.answers || bytes_ > bounds_.bytes ||
                             order_.size() > 2 * bounds_.answers)) {
    const auto [turn, oldest] = order_.front();
    order_.pop_front();
    const auto found = answers_.find(oldest);
    if (found != answers_.end() && found->second.turn == turn) Drop(oldest);
  }
}

void AnswerMemory::Drop(const std::string& key) {
  const auto found = answers_.find(key);
  if (found == answers_.end()) return;
  bytes_ -= SizeOf(found->second.answer);
  answers_.erase(found);
}

}  // namespace callimport::adapter_gateway
