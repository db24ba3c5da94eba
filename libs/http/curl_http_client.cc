#include "libs/http/curl_http_client.h"

#include <memory>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/http/curl_transfer.h"
#include "libs/http/url.h"

namespace callimport::http {
namespace {

using HeaderList = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

// Large recordings arrive in few calls.
constexpr long kReceiveBuffer = 256 << 10;

HeaderList ToList(const Request& request) {
  curl_slist* list = curl_slist_append(nullptr, "Expect:");
  for (const auto& [name, value] : request.headers) {
    list = curl_slist_append(list, (name + ": " + value).c_str());
  }
  return {list, curl_slist_free_all};
}

void SetConnection(CURL* handle, const Deadlines& deadlines) {
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(handle, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(handle, CURLOPT_BUFFERSIZE, kReceiveBuffer);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(deadlines.connect.count()));
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(deadlines.total.count()));
}

void SetRequest(CURL* handle, const Request& request, curl_slist* headers) {
  curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "call-import-engine");
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
  if (request.method == "HEAD") curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
  if (request.method != "GET" && request.method != "HEAD") {
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.c_str());
  }
}

}  // namespace

absl::Status CurlHttpClient::Perform(const Request& request, Encoding encoding,
                                     const HeadSink& on_head, const ChunkSink& on_chunk) {
  ASSIGN_OR_RETURN(const Url url, ParseUrl(request.url));
  const HeaderList headers = ToList(request);
  const CurlHandles::Lease handle = handles_.Borrow(url.scheme + "://" + url.Authority());
  SetConnection(handle.get(), request.deadlines);
  SetRequest(handle.get(), request, headers.get());
  if (encoding == Encoding::kAnyWeCanUndo) {
    curl_easy_setopt(handle.get(), CURLOPT_ACCEPT_ENCODING, "");
  }
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
  RETURN_IF_ERROR(Perform(request, Encoding::kAnyWeCanUndo, on_head, on_chunk));
  return response;
}

absl::Status CurlHttpClient::Stream(const Request& request, const HeadSink& on_head,
                                    const ChunkSink& on_chunk) {
  return Perform(request, Encoding::kAsStored, on_head, on_chunk);
}

}  // namespace callimport::http
