#include "services/adapter-gateway/media/address_book.h"

#include <algorithm>

#include "libs/common/errors.h"

namespace callimport::adapter_gateway {
namespace {

// How often somebody who waits looks whether he is still needed.
constexpr std::chrono::milliseconds kGlance{200};

absl::Status Missing(const std::string& call_id) {
  return Error(absl::StatusCode::kNotFound, "RECORDING_MISSING",
               "the source has no recording of call " + call_id);
}

absl::StatusOr<MediaAddress> PickOut(const std::vector<MediaAddress>& addresses,
                                     const std::string& call_id) {
  for (const MediaAddress& address : addresses) {
    if (address.source_call_id == call_id && !address.url.empty()) return address;
  }
  return Missing(call_id);
}

}  // namespace

AddressBook::AddressBook(const Clock& clock, AddressBookOptions options)
    : clock_(clock), options_(options), cache_(options.cache_capacity) {}

absl::StatusOr<MediaAddress> AddressBook::Find(const Source& source, const std::string& call_id,
                                               const Patience& patience) {
  Lock lock(mutex_);
  if (auto known = cache_.Find(source.account, call_id, clock_.Now())) return *std::move(known);
  const std::shared_ptr<Line> line = LineOf(source.account);
  const auto wish = std::make_shared<Wish>();
  wish->call_id = call_id;
  line->waiting.push_back(wish);
  if (line->waiting.size() >= options_.max_batch) line->full.notify_all();
  auto outcome = Await(lock, *line, source, *wish, patience);
  std::erase(line->waiting, wish);
  // Whoever is next may have to lead now.
  if (!line->waiting.empty()) line->waiting.front()->changed.notify_one();
  return outcome;
}

absl::StatusOr<MediaAddress> AddressBook::Await(Lock& lock, Line& line, const Source& source,
                                                Wish& wish, const Patience& patience) {
  while (!wish.outcome) {
    const bool taken = std::none_of(line.waiting.begin(), line.waiting.end(),
                                    [&](const auto& other) { return other.get() == &wish; });
    if (!taken && !line.gathering && line.in_flight < options_.max_in_flight) {
      Lead(lock, line, source);
      continue;
    }
    if (patience.Gone()) {
      return Error(absl::StatusCode::kCancelled, "REQUEST_CANCELLED",
                   "nobody waits for the recording any more");
    }
    wish.changed.wait_for(lock, kGlance);
  }
  return *std::move(wish.outcome);
}

void AddressBook::Lead(Lock& lock, Line& line, const Source& source) {
  const Wishes batch = Gather(lock, line, source);
  if (batch.empty()) return;
  std::vector<std::string> ids;
  for (const auto& wish : batch) ids.push_back(wish->call_id);
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  ++line.in_flight;
  if (!line.waiting.empty()) line.waiting.front()->changed.notify_one();
  lock.unlock();
  const auto found = source.look_up(ids);
  lock.lock();
  --line.in_flight;
  Deliver(source.account, batch, found);
}

// Takes wishes as late as possible, so that many have come. Empty: the quota did not allow it, and
// everybody who waited has been told.
AddressBook::Wishes AddressBook::Gather(Lock& lock, Line& line, const Source& source) {
  line.gathering = true;
  line.full.wait_for(lock, options_.linger,
                     [&] { return line.waiting.size() >= options_.max_batch; });
  lock.unlock();
  const absl::Status reserved = source.reserve();
  lock.lock();
  line.gathering = false;
  const size_t size =
      reserved.ok() ? std::min(line.waiting.size(), options_.max_batch) : line.waiting.size();
  const auto end = line.waiting.begin() + static_cast<std::ptrdiff_t>(size);
  Wishes batch(line.waiting.begin(), end);
  line.waiting.erase(line.waiting.begin(), end);
  if (reserved.ok()) return batch;
  Deliver(source.account, batch, reserved);
  return {};
}

void AddressBook::Deliver(const std::string& account, const Wishes& batch,
                          const absl::StatusOr<std::vector<MediaAddress>>& found) {
  for (const auto& wish : batch) {
    wish->outcome = found.ok() ? PickOut(*found, wish->call_id) : found.status();
    if (wish->outcome->ok()) cache_.Put(account, **wish->outcome);
    wish->changed.notify_one();
  }
}

std::shared_ptr<AddressBook::Line> AddressBook::LineOf(const std::string& account) {
  constexpr size_t kManyLines = 4096;
  if (lines_.size() > kManyLines) {
    std::erase_if(lines_, [](const auto& entry) { return entry.second.use_count() == 1; });
  }
  std::shared_ptr<Line>& line = lines_[account];
  if (!line) line = std::make_shared<Line>();
  return line;
}

void AddressBook::Forget(const std::string& account, const std::string& call_id) {
  Lock lock(mutex_);
  cache_.Erase(account, call_id);
}

}  // namespace callimport::adapter_gateway
