#include "libs/http/curl_http_client.h"

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/http/curl_request.h"
#include "libs/http/curl_transfer.h"
#include "libs/http/curl_transfers.h"
#include "libs/http/url.h"

namespace callimport::http {

absl::Status CurlHttpClient::Perform(const Request& request, const HeadSink& on_head,
                                     const ChunkSink& on_chunk) {
  ASSIGN_OR_RETURN(const Url url, ParseUrl(request.url));
  const CurlHandles::Lease handle = handles_.Borrow(url.scheme + "://" + url.Authority());
  const HeaderList headers = Configure(handle.get(), request);
  // Whatever it can undo.
  curl_easy_setopt(handle.get(), CURLOPT_ACCEPT_ENCODING, "");
  CurlTransfer transfer(request, on_head, on_chunk);
  transfer.Attach(handle.get());
  const CURLcode code = curl_easy_perform(handle.get());
  return transfer.Outcome(handle.get(), code);
}

absl::StatusOr<Response> CurlHttpClient::Send(const Request& request) {
  Response response;
  const auto on_head = [&](const Head& head) {
    static_cast<Head&>(response) = head;
    const int64_t announced = head.content_length.value_or(0);
    if (announced > 0 && announced <= request.max_body_bytes) {
      response.body.reserve(static_cast<size_t>(announced));
    }
    return absl::OkStatus();
  };
  const auto on_chunk = [&](std::string_view chunk) {
    const auto bytes = static_cast<int64_t>(response.body.size() + chunk.size());
    if (bytes > request.max_body_bytes) {
      return Error(absl::StatusCode::kResourceExhausted, "RESPONSE_TOO_LARGE",
                   "the answer of " + WithoutQuery(request.url) + " is too long");
    }
    response.body.append(chunk);
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(Perform(request, on_head, on_chunk));
  return response;
}

std::unique_ptr<Transfers> CurlHttpClient::NewTransfers() {
  return std::make_unique<CurlTransfers>(handles_, multis_);
}

}  // namespace callimport::http
