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

absl::Status NeverRecorded(const std::string& call_id) {
  return Error(absl::StatusCode::kNotFound, "NEVER_RECORDED",
               "the source says that call " + call_id + " was not recorded");
}

absl::StatusOr<MediaAddress> PickOut(const std::vector<MediaAddress>& addresses,
                                     const std::string& call_id) {
  for (const MediaAddress& address : addresses) {
    if (address.source_call_id != call_id) continue;
    if (!address.error.ok()) return address.error;
    if (!address.url.empty()) return address;
    if (address.never_recorded) return NeverRecorded(call_id);
  }
  return Missing(call_id);
}

}  // namespace

AddressBook::AddressBook(const Clock& clock, AddressBookOptions options)
    : clock_(clock), options_(options), cache_(options.cache_capacity) {}

AddressBook::Outcomes AddressBook::Find(const Source& source,
                                        const std::vector<std::string>& call_ids,
                                        const Patience& patience) {
  Wishes wishes;
  std::shared_ptr<Line> line;
  {
    const Lock lock(mutex_);
    line = LineOf(source.account);
    for (const std::string& id : call_ids) wishes.push_back(MakeWish(source.account, id, *line));
    if (line->waiting.size() >= options_.max_batch) line->full.notify_all();
  }
  Outcomes found;
  for (const auto& wish : wishes) found.push_back(Await(*line, source, wish, patience));
  return found;
}

// Fulfilled at once from memory, or in line.
std::shared_ptr<AddressBook::Wish> AddressBook::MakeWish(const std::string& account,
                                                         const std::string& call_id, Line& line) {
  auto wish = std::make_shared<Wish>();
  wish->call_id = call_id;
  if (auto known = cache_.Find(account, call_id, clock_.Now())) {
    wish->outcome = *std::move(known);
  } else {
    wish->woken = true;  // for its first chance to lead
    line.waiting.push_back(wish);
  }
  return wish;
}

absl::StatusOr<MediaAddress> AddressBook::Await(Line& line, const Source& source,
                                                const std::shared_ptr<Wish>& wish,
                                                const Patience& patience) {
  while (!Sleep(*wish)) {
    Lock lock(mutex_);
    if (MayLead(line, wish)) {
      Lead(lock, line, source);
    } else if (patience.Gone()) {
      std::erase(line.waiting, wish);
      WakeNext(line);  // it may have been this one's turn to lead
      return Error(absl::StatusCode::kCancelled, "REQUEST_CANCELLED",
                   "nobody waits for the recording any more");
    }
  }
  return *std::move(wish->outcome);
}

bool AddressBook::MayLead(const Line& line, const std::shared_ptr<Wish>& wish) const {
  if (line.gathering || line.in_flight >= options_.max_in_flight) return false;
  return std::find(line.waiting.begin(), line.waiting.end(), wish) != line.waiting.end();
}

void AddressBook::Lead(Lock& lock, Line& line, const Source& source) {
  Wishes batch;
  const absl::Status gathered = Gather(lock, line, source, batch);
  std::vector<std::string> ids;
  for (const auto& wish : batch) ids.push_back(wish->call_id);
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  ++line.in_flight;
  WakeNext(line);
  lock.unlock();
  using Found = absl::StatusOr<std::vector<MediaAddress>>;
  const Found found = gathered.ok() ? source.look_up(ids) : Found(gathered);
  lock.lock();
  --line.in_flight;
  WakeNext(line);
  if (found.ok()) {
    for (const MediaAddress& address : *found) {
      if (!address.url.empty()) cache_.Put(source.account, address);
    }
  }
  lock.unlock();
  Deliver(batch, found);
  lock.lock();
}

// Takes wishes as late as possible, so that many have come. An error of the quota is for
// everybody who waits.
absl::Status AddressBook::Gather(Lock& lock, Line& line, const Source& source, Wishes& batch) {
  line.gathering = true;
  line.full.wait_for(lock, options_.linger,
                     [&] { return line.waiting.size() >= options_.max_batch; });
  lock.unlock();
  absl::Status reserved = source.reserve();
  lock.lock();
  line.gathering = false;
  const size_t size =
      reserved.ok() ? std::min(line.waiting.size(), options_.max_batch) : line.waiting.size();
  const auto end = line.waiting.begin() + static_cast<std::ptrdiff_t>(size);
  batch.assign(line.waiting.begin(), end);
  line.waiting.erase(line.waiting.begin(), end);
  return reserved;
}

void AddressBook::Deliver(const Wishes& batch,
                          const absl::StatusOr<std::vector<MediaAddress>>& found) {
  for (const auto& wish : batch) {
    {
      std::lock_guard lock(wish->mutex);
      wish->outcome = found.ok() ? PickOut(*found, wish->call_id) : found.status();
    }
    wish->changed.notify_one();
  }
}

// Lets the first one in line see whether it has to lead now.
void AddressBook::WakeNext(Line& line) {
  if (!line.waiting.empty()) Wake(*line.waiting.front());
}

void AddressBook::Wake(Wish& wish) {
  {
    std::lock_guard lock(wish.mutex);
    wish.woken = true;
  }
  wish.changed.notify_one();
}

// Whether the outcome is there; false also after a while, or when woken to lead.
bool AddressBook::Sleep(Wish& wish) {
  std::unique_lock lock(wish.mutex);
  wish.changed.wait_for(lock, kGlance, [&] { return wish.outcome || wish.woken; });
  wish.woken = false;
  return wish.outcome.has_value();
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
