#include "services/adapter-gateway/media/media_fetcher.h"

#include <random>
#include <utility>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/http/retry_after.h"
#include "libs/http/url.h"
#include "services/adapter-gateway/vendor/vendor_errors.h"

namespace callimport::adapter_gateway {
namespace {

using std::chrono::milliseconds;

// A recording may take hours; only silence ends it.
constexpr http::Deadlines kDeadlines{
    .connect = milliseconds(5'000), .idle = milliseconds(30'000), .total = milliseconds(0)};
constexpr int kMaxRedirects = 3;
// For a batch of look-ups, which several rpcs wait for.
constexpr milliseconds kLookUpPatience{20'000};

bool IsRedirect(const http::Head& head) {
  return head.status >= 301 && head.status <= 308 && head.status != 304 &&
         head.headers.count("location") != 0;
}

// Storage providers answer so when a signature has expired, or the file has moved.
bool IsStale(int status) {
  return status == 401 || status == 403 || status == 404 || status == 410;
}

}  // namespace

// One recording on its way, over all tries.
struct MediaFetcher::Transfer {
  const VendorTerms& terms;
  const Patience& patience;
  const MediaSink& sink;
  const Clock& clock;
  // Something went to the sink: from here on no other try is possible.
  bool begun = false;
  bool stale = false;
  std::string redirect = {};

  absl::Status TakeHead(const http::Head& head) {
    if (head.status == 200) {
      begun = true;
      return sink.on_head(head);
    }
    if (IsRedirect(head)) {
      redirect = head.headers.at("location");
      return absl::CancelledError();  // ends this request; Follow() goes on
    }
    stale = IsStale(head.status);
    const std::string what =
        "the recording is answered with HTTP status " + std::to_string(head.status);
    if (JudgeStatus(head.status) != Verdict::kSlowDown) return VendorError(terms.name, what);
    const auto delay = http::RetryAfterOf(head, clock.Now());
    return WithRetryDelay(
        Error(absl::StatusCode::kResourceExhausted, "QUOTA_EXHAUSTED", terms.name + ": " + what),
        delay.value_or(terms.quota.default_retry_after));
  }

  // What an error of libs/http means for a recording.
  absl::Status Judge(const absl::Status& error) const {
    if (!begun) return OfTransport(terms.name, error);
    return Error(absl::StatusCode::kDataLoss, "RECORDING_TRUNCATED",
                 "the recording ended early: " + std::string(error.message()));
  }
};

absl::Status MediaFetcher::Fetch(const VendorAccount& account, const std::string& source_call_id,
                                 const Patience& patience, const MediaSink& sink) {
  const VendorTerms& terms = account.platform->terms;
  Transfer transfer{terms, patience, sink, line_.clock};
  thread_local std::minstd_rand chance(std::random_device{}());
  absl::Status status;
  for (int tries = 1; tries <= line_.retry.max_attempts; ++tries) {
    ASSIGN_OR_RETURN(const std::string url, Locate(account, source_call_id, patience));
    ASSIGN_OR_RETURN(
        const DownloadSlots::Slot slot,
        slots_.Acquire(account.access->account, terms.quota.concurrent_downloads, patience));
    const bool was_stale = std::exchange(transfer.stale, false);
    status = Follow(url, transfer);
    if (status.ok() || transfer.begun || !absl::IsUnavailable(status)) return status;
    if (transfer.stale && was_stale) break;  // a fresh address did not help
    if (transfer.stale) {
      addresses_.Forget(account.access->account, source_call_id);
    } else {
      line_.pause(DelayAfter(line_.retry, tries, chance));
    }
  }
  if (!transfer.stale) return status;
  return Error(absl::StatusCode::kNotFound, "RECORDING_MISSING",
               "the source does not hand out the recording of call " + source_call_id);
}

absl::StatusOr<std::string> MediaFetcher::Locate(const VendorAccount& account,
                                                 const std::string& source_call_id,
                                                 const Patience& patience) {
  // Not this rpc's session: others wait for what it finds.
  VendorSession session =
      account.Session(line_, Patience{.until = line_.clock.Now() + kLookUpPatience});
  const AddressBook::Source source{
      .account = account.access->account,
      .reserve = [&] { return session.Reserve(); },
      .look_up =
          [&](const auto& ids) { return account.platform->adapter->LocateMedia(session, ids); }};
  ASSIGN_OR_RETURN(const MediaAddress address, addresses_.Find(source, source_call_id, patience));
  return address.url;
}

absl::Status MediaFetcher::Follow(std::string url, Transfer& transfer) {
  for (int redirects = 0; redirects <= kMaxRedirects; ++redirects) {
    transfer.redirect.clear();
    absl::Status status = FetchFrom(url, transfer);
    if (transfer.redirect.empty()) return status;
    ASSIGN_OR_RETURN(url, http::ResolveUrl(url, transfer.redirect));
  }
  return VendorError(transfer.terms.name, "the recording's address leads from one to the next");
}

absl::Status MediaFetcher::FetchFrom(const std::string& url, Transfer& transfer) {
  ASSIGN_OR_RETURN(const EgressRules::Permit permit, transfer.terms.egress.CheckMedia(url));
  // What we or the sink said goes up as it is; what libcurl said is judged.
  absl::Status own;
  const auto keep = [&](absl::Status status) {
    own = status;
    return status;
  };
  const absl::Status status = line_.http.Stream(
      {.url = url,
       .deadlines = kDeadlines,
       .public_addresses_only = permit.public_addresses_only,
       .cancelled = transfer.patience.cancelled},
      [&](const http::Head& head) { return keep(transfer.TakeHead(head)); },
      [&](std::string_view chunk) { return keep(transfer.sink.on_chunk(chunk)); });
  if (status.ok() || !own.ok()) return own.ok() ? status : own;
  if (absl::IsCancelled(status)) return status;
  return transfer.Judge(status);
}

}  // namespace callimport::adapter_gateway
