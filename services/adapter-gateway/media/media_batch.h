// Some recordings of one account on their way, several at once, on one thread.
//
// Each of them: find its address, wait for its turn, let it flow; then it has ended, or another
// address or another try is due.
#pragma once

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "libs/http/transfers.h"
#include "services/adapter-gateway/media/address_book.h"
#include "services/adapter-gateway/media/media_sink.h"
#include "services/adapter-gateway/media/media_try.h"
#include "services/adapter-gateway/quota/download_slots.h"
#include "services/adapter-gateway/sessions/vendor_accounts.h"

namespace callimport::adapter_gateway {

class MediaBatch {
 public:
  struct Parts {
    const VendorLine& line;
    AddressBook& addresses;
    DownloadSlots& slots;
    const VendorAccount& account;
    const Patience& patience;
    MediaSink& sink;
  };
  MediaBatch(const Parts& parts, const std::vector<std::string>& source_call_ids);

  absl::Status Run();

 private:
  enum class Stage { kUnlocated, kWaiting, kFlowing, kEnded };
  struct Recording {
    size_t index;
    std::string source_call_id;
    Stage stage = Stage::kUnlocated;
    std::string url = {};
    // The pieces behind it, and how many of those have been begun.
    std::vector<std::string> more_urls = {};
    size_t joined = 0;
    // In the piece that flows.
    MediaPlace place = {};
    // What has come of all pieces.
    int64_t bytes = 0;
    int tries = 0;
    // The address before this one did not work either.
    bool was_stale = false;
    Timestamp not_before = {};
    DownloadSlots::Slot slot = {};
    MediaTry last_try = {};
  };

  void Locate();
  void StartSome();
  void EndWaiting(const absl::Status& status);
  absl::StatusOr<DownloadSlots::Slot> TakeSlot();
  void Begin(Recording& recording);
  void GoOn(Recording& recording);
  void Ask(Recording& recording, const std::string& url);
  absl::Status PassHead(Recording& recording, const http::Head& head);
  absl::Status PassChunk(Recording& recording, std::string_view chunk);
  absl::Status CheckSize(int64_t bytes) const;
  void Join(Recording& recording);
  void Ended(Recording& recording, absl::Status status);
  void TryAgain(Recording& recording, const absl::Status& status);
  void End(Recording& recording, const absl::Status& status);
  void Wait();

  Timestamp Now() const { return parts_.line.clock.Now(); }
  const VendorTerms& terms() const { return parts_.account.platform->terms; }

  const Parts parts_;
  std::vector<Recording> recordings_;
  size_t unended_;
  // The first error of the sink.
  absl::Status reader_;
  std::minstd_rand chance_;
  std::unique_ptr<http::Transfers> transfers_;
};

}  // namespace callimport::adapter_gateway
