// Finds where recordings can be fetched. Look-ups of many threads for one account become one
// request to the vendor: who asks first leads, and everybody who comes while he lingers, or waits
// for quota, is in his batch.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/common/clock.h"
#include "services/adapter-gateway/media/address_cache.h"
#include "services/adapter-gateway/quota/patience.h"

namespace callimport::adapter_gateway {

struct AddressBookOptions {
  // How long the first one waits for company.
  std::chrono::milliseconds linger{4};
  size_t max_batch = PlatformAdapter::kMaxBatch;
  // Requests to the vendor under way at once, for one account.
  int max_in_flight = 2;
  size_t cache_capacity = 20'000;
};

class AddressBook {
 public:
  // How one account is asked.
  struct Source {
    std::string account;
    // Waits for the turn of one request.
    std::function<absl::Status()> reserve;
    std::function<absl::StatusOr<std::vector<MediaAddress>>(const std::vector<std::string>& ids)>
        look_up;
  };

  AddressBook(const Clock& clock, AddressBookOptions options = {});

  using Outcomes = std::vector<absl::StatusOr<MediaAddress>>;

  // For each call in turn: its address, NOT_FOUND (RECORDING_MISSING) when the vendor has no
  // recording of it, or the error of `reserve` or `look_up`. `source` may be asked for other
  // callers' calls too; it must not depend on this caller staying.
  Outcomes Find(const Source& source, const std::vector<std::string>& call_ids,
                const Patience& patience);

  // The address did not work; the next Find() asks the vendor.
  void Forget(const std::string& account, const std::string& call_id);

 private:
  // Somebody who waits for an address. It has a lock of its own, so that those who are woken
  // together do not queue up for the book's.
  struct Wish {
    std::string call_id;
    std::mutex mutex;
    std::condition_variable changed;
    std::optional<absl::StatusOr<MediaAddress>> outcome;
    bool woken = false;
  };
  using Wishes = std::vector<std::shared_ptr<Wish>>;

  // The wishes of one account.
  struct Line {
    std::deque<std::shared_ptr<Wish>> waiting;
    bool gathering = false;
    int in_flight = 0;
    std::condition_variable full;
  };
  using Lock = std::unique_lock<std::mutex>;

  std::shared_ptr<Wish> MakeWish(const std::string& account, const std::string& call_id,
                                 Line& line);
  absl::StatusOr<MediaAddress> Await(Line& line, const Source& source,
                                     const std::shared_ptr<Wish>& wish, const Patience& patience);
  bool MayLead(const Line& line, const std::shared_ptr<Wish>& wish) const;
  void Lead(Lock& lock, Line& line, const Source& source);
  absl::Status Gather(Lock& lock, Line& line, const Source& source, Wishes& batch);
  static void WakeNext(Line& line);
  static void Wake(Wish& wish);
  static bool Sleep(Wish& wish);
  void Deliver(const Wishes& batch, const absl::StatusOr<std::vector<MediaAddress>>& found);
  std::shared_ptr<Line> LineOf(const std::string& account);

  const Clock& clock_;
  const AddressBookOptions options_;
  std::mutex mutex_;
  AddressCache cache_;
  std::map<std::string, std::shared_ptr<Line>> lines_;
};

}  // namespace callimport::adapter_gateway
