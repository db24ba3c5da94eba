#include "libs/http/curl_transfers.h"

#include <algorithm>
#include <utility>

#include "libs/http/curl_request.h"
#include "libs/http/curl_transfer.h"
#include "libs/http/url.h"

namespace callimport::http {
namespace {

using std::chrono::milliseconds;

// Deadlines of a transfer, and whether it is still wanted, are looked at so often.
constexpr milliseconds kGlance{1'000};

}  // namespace

// Its address must not change: libcurl keeps pointers into it.
struct CurlTransfers::Flow {
  Flow(CurlHandles& handles, const Request& asked, TransferSink to)
      : request(asked),
        sink(std::move(to)),
        handle(handles.BorrowBare()),
        headers(Configure(handle.get(), request)),
        transfer(request, sink.on_head, sink.on_chunk) {
    transfer.Attach(handle.get());
  }

  const Request request;
  const TransferSink sink;
  const CurlHandles::Lease handle;
  const HeaderList headers;
  CurlTransfer transfer;
};

CurlTransfers::CurlTransfers(CurlHandles& handles, CurlMultis& multis)
    : handles_(handles), multi_(multis.Borrow()) {}

CurlTransfers::~CurlTransfers() {
  for (const auto& [handle, flow] : flows_) curl_multi_remove_handle(multi_.get(), handle);
}

void CurlTransfers::Start(const Request& request, TransferSink sink) {
  const auto url = ParseUrl(request.url);
  if (!url.ok()) {
    refused_.push_back({std::move(sink), url.status()});
    return;
  }
  auto flow = std::make_unique<Flow>(handles_, request, std::move(sink));
  CURL* handle = flow->handle.get();
  flows_.emplace(handle, std::move(flow));
  curl_multi_add_handle(multi_.get(), handle);
}

void CurlTransfers::Run(milliseconds longest) {
  using Steady = std::chrono::steady_clock;
  const auto until = Steady::now() + longest;
  while (under_way() > 0) {
    int running = 0;
    curl_multi_perform(multi_.get(), &running);
    if (Reap()) return;
    const auto left = std::chrono::ceil<milliseconds>(until - Steady::now());
    if (left.count() <= 0) return;
    const int wait = static_cast<int>(std::min(left, kGlance).count());
    curl_multi_poll(multi_.get(), nullptr, 0, wait, nullptr);
  }
}

bool CurlTransfers::Reap() {
  bool ended = !refused_.empty();
  for (const Refused& refused : std::exchange(refused_, {})) refused.sink.on_end(refused.why);
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    End(message->easy_handle, message->data.result);
    ended = true;
  }
  return ended;
}

void CurlTransfers::End(CURL* handle, CURLcode code) {
  const auto ended = flows_.extract(handle);
  const Flow& flow = *ended.mapped();
  const absl::Status outcome = flow.transfer.Outcome(handle, code);
  curl_multi_remove_handle(multi_.get(), handle);
  flow.sink.on_end(outcome);
}

}  // namespace callimport::http
