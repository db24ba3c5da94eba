#include "services/adapter-gateway/media/media_batch.h"

#include <algorithm>
#include <utility>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/http/url.h"
#include "services/adapter-gateway/vendor/vendor_errors.h"

namespace callimport::adapter_gateway {
namespace {

using std::chrono::milliseconds;

// A recording may take hours; only silence ends it.
constexpr http::Deadlines kDeadlines{
    .connect = milliseconds(5'000), .idle = milliseconds(30'000), .total = milliseconds(0)};
constexpr int kMaxRedirects = 3;
constexpr size_t kFlowingAtOnce = 8;
// For a batch of look-ups, which several rpcs wait for.
constexpr milliseconds kLookUpPatience{20'000};
constexpr milliseconds kSlotPatience{20'000};
// How often we look whether somebody still waits.
constexpr milliseconds kGlance{200};

absl::Status Missing(const std::string& source_call_id) {
  return Error(absl::StatusCode::kNotFound, "RECORDING_MISSING",
               "the source does not hand out the recording of call " + source_call_id);
}

}  // namespace

MediaBatch::MediaBatch(const Parts& parts, const std::vector<std::string>& source_call_ids)
    : parts_(parts),
      unended_(source_call_ids.size()),
      chance_(std::hash<std::string>()(source_call_ids.front())),
      transfers_(parts.line.http.NewTransfers()) {
  for (const std::string& id : source_call_ids) {
    recordings_.push_back({.index = recordings_.size(), .source_call_id = id});
  }
}

absl::Status MediaBatch::Run() {
  while (unended_ > 0) {
    if (parts_.patience.Gone()) {
      return Error(absl::StatusCode::kCancelled, "REQUEST_CANCELLED",
                   "nobody waits for the recordings any more");
    }
    Locate();
    StartSome();
    Wait();
    RETURN_IF_ERROR(reader_);
    RETURN_IF_ERROR(parts_.sink.Flush());
  }
  return absl::OkStatus();
}

void MediaBatch::Locate() {
  std::vector<Recording*> unlocated;
  std::vector<std::string> ids;
  for (Recording& recording : recordings_) {
    if (recording.stage != Stage::kUnlocated) continue;
    unlocated.push_back(&recording);
    ids.push_back(recording.source_call_id);
  }
  if (ids.empty()) return;
  // Not this rpc's patience: others wait for what the session finds.
  const Patience patience{.until = Now() + kLookUpPatience, .urgent = parts_.patience.urgent};
  VendorSession session = parts_.account.Session(parts_.line, patience);
  const AddressBook::Source source{
      .account = parts_.account.access->account,
      .reserve = [&] { return session.Reserve(); },
      .look_up =
          [&](const auto& all) { return parts_.account.adapter().LocateMedia(session, all); }};
  const AddressBook::Outcomes found = parts_.addresses.Find(source, ids, parts_.patience);
  for (size_t i = 0; i < found.size(); ++i) {
    if (!found[i].ok()) {
      End(*unlocated[i], found[i].status());
      continue;
    }
    unlocated[i]->url = found[i]->url;
    unlocated[i]->more_urls = found[i]->more_urls;
    unlocated[i]->stage = Stage::kWaiting;
  }
}

void MediaBatch::StartSome() {
  for (Recording& recording : recordings_) {
    if (transfers_->under_way() >= kFlowingAtOnce) return;
    if (recording.stage != Stage::kWaiting || recording.not_before > Now()) continue;
    auto slot = TakeSlot();
    if (!slot.ok()) {
      // Those that flow will give theirs back.
      if (transfers_->under_way() == 0) EndWaiting(slot.status());
      return;
    }
    recording.slot = *std::move(slot);
    Begin(recording);
  }
}

void MediaBatch::EndWaiting(const absl::Status& status) {
  for (Recording& recording : recordings_) {
    if (recording.stage == Stage::kWaiting) End(recording, status);
  }
}

// Waits only when nothing flows meanwhile.
absl::StatusOr<DownloadSlots::Slot> MediaBatch::TakeSlot() {
  const milliseconds longest = transfers_->under_way() > 0 ? milliseconds(0) : kSlotPatience;
  return parts_.slots.Acquire(parts_.account.access->account,
                              terms().quota.Now()->concurrent_downloads,
                              {.until = Now() + longest, .cancelled = parts_.patience.cancelled});
}

void MediaBatch::Begin(Recording& recording) {
  recording.stage = Stage::kFlowing;
  ++recording.tries;
  recording.was_stale = std::exchange(recording.last_try, {}).stale;
  recording.last_try.takes_pages = recording.was_stale;
  if (recording.place.CanGoOn()) return GoOn(recording);
  recording.joined = 0;
  recording.bytes = 0;
  Ask(recording, recording.url);
}

// Where it broke off.
void MediaBatch::GoOn(Recording& recording) {
  if (recording.joined == 0) return Ask(recording, recording.url);
  if (recording.joined <= recording.more_urls.size()) {
    return Ask(recording, recording.more_urls[recording.joined - 1]);
  }
  TryAgain(recording, Missing(recording.source_call_id));
}

void MediaBatch::Ask(Recording& recording, const std::string& url) {
  const auto permit = terms().egress.CheckMedia(url);
  if (!permit.ok()) return TryAgain(recording, permit.status());
  MediaTry& current = recording.last_try;
  current.url = url;
  const auto keep = [&current](absl::Status status) {
    current.own = status;
    return status;
  };
  transfers_->Start(
      {.url = url,
       .headers = recording.place.Headers(),
       .deadlines = kDeadlines,
       .public_addresses_only = permit->public_addresses_only},
      {.on_head =
           [this, &recording, keep](const http::Head& head) {
             absl::Status taken =
                 recording.last_try.TakeHead(terms(), head, recording.place, Now());
             if (taken.ok()) taken = CheckSize(recording.bytes + head.content_length.value_or(0));
             if (taken.ok()) reader_.Update(PassHead(recording, head));
             return keep(taken.ok() ? reader_ : taken);
           },
       .on_chunk = [this, &recording,
                    keep](std::string_view chunk) { return keep(PassChunk(recording, chunk)); },
       .on_end = [this, &recording](const absl::Status& status) { Ended(recording, status); }});
}

// Of the first piece alone, and how long all of them are is not known then. The rest of a piece has
// none of its own.
absl::Status MediaBatch::PassHead(Recording& recording, const http::Head& head) {
  if (head.status != 200) return absl::OkStatus();
  recording.place.Begin(head);
  if (recording.joined > 0) return absl::OkStatus();
  if (recording.more_urls.empty()) return parts_.sink.OnHead(recording.index, head);
  http::Head whole = head;
  whole.content_length.reset();
  return parts_.sink.OnHead(recording.index, whole);
}

absl::Status MediaBatch::PassChunk(Recording& recording, std::string_view chunk) {
  recording.bytes += static_cast<int64_t>(chunk.size());
  RETURN_IF_ERROR(CheckSize(recording.bytes));
  recording.place.Move(chunk.size());
  reader_.Update(parts_.sink.OnChunk(recording.index, chunk));
  return reader_;
}

// Whoever sends without an end fills no disk.
absl::Status MediaBatch::CheckSize(int64_t bytes) const {
  if (bytes <= parts_.line.largest_recording) return absl::OkStatus();
  return Error(absl::StatusCode::kInvalidArgument, "RECORDING_TOO_LARGE",
               "the recording is larger than the " + std::to_string(parts_.line.largest_recording) +
                   " bytes that are allowed here");
}

// What has come of the recording already cannot be taken back.
void MediaBatch::Join(Recording& recording) {
  recording.last_try = {};
  recording.last_try.begun = true;
  recording.last_try.takes_pages = true;
  recording.place = {};
  Ask(recording, recording.more_urls[recording.joined++]);
}

void MediaBatch::Ended(Recording& recording, absl::Status status) {
  MediaTry& ended = recording.last_try;
  if (ended.redirect.empty()) {
    const absl::Status judged = ended.Judge(terms(), status);
    const bool more = judged.ok() && recording.joined < recording.more_urls.size();
    return more ? Join(recording) : TryAgain(recording, judged);
  }
  const auto url = http::ResolveUrl(ended.url, std::exchange(ended.redirect, {}));
  if (!url.ok()) return TryAgain(recording, url.status());
  if (++ended.redirects > kMaxRedirects) {
    return TryAgain(
        recording, VendorError(terms().name, "the recording's address leads from one to the next"));
  }
  ended.own = absl::OkStatus();
  Ask(recording, *url);
}

// Unless this was the end of it.
void MediaBatch::TryAgain(Recording& recording, const absl::Status& status) {
  const MediaTry& ended = recording.last_try;
  const RetryPolicy& retry = parts_.line.retry;
  recording.slot.reset();
  const bool broke_off = ended.begun && ended.own.ok() && recording.place.CanGoOn();
  const bool may_pass = absl::IsUnavailable(status) && !ended.begun;
  if (status.ok() || !(broke_off || may_pass)) return End(recording, status);
  // A fresh address did not help.
  const bool stale_again = ended.stale && recording.was_stale;
  if (stale_again || recording.tries >= retry.max_attempts) {
    return End(recording, ended.stale ? Missing(recording.source_call_id) : status);
  }
  if (ended.stale) {
    parts_.addresses.Forget(parts_.account.access->account, recording.source_call_id);
    recording.stage = Stage::kUnlocated;
  } else {
    recording.not_before = Now() + DelayAfter(retry, recording.tries, chance_);
    recording.stage = Stage::kWaiting;
  }
}

void MediaBatch::End(Recording& recording, const absl::Status& status) {
  recording.stage = Stage::kEnded;
  --unended_;
  // Of something that began to come nobody says that there is none.
  const bool is_part = absl::IsNotFound(status) && recording.place.CanGoOn();
  reader_.Update(parts_.sink.OnEnd(
      recording.index,
      is_part ? Truncated("ended early, and is not handed out any more") : status));
}

// Until something has happened, or the next try is due.
void MediaBatch::Wait() {
  milliseconds longest = kGlance;
  for (const Recording& recording : recordings_) {
    if (recording.stage == Stage::kUnlocated) return;
    if (recording.stage != Stage::kWaiting) continue;
    const auto left = std::chrono::ceil<milliseconds>(recording.not_before - Now());
    if (left.count() > 0) longest = std::min(longest, left);
  }
  if (transfers_->under_way() > 0) {
    transfers_->Run(longest);
  } else if (unended_ > 0) {
    parts_.line.pause(longest);
  }
}

}  // namespace callimport::adapter_gateway
