#include "libs/http/curl_transfer.h"

#include <sys/socket.h>

#include <algorithm>
#include <cctype>
#include <charconv>

#include "libs/common/errors.h"
#include "libs/http/network_address.h"
#include "libs/http/url.h"

namespace callimport::http {
namespace {

constexpr size_t kMaxHeaderBytes = 256 << 10;

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

template <typename Number>
std::optional<Number> ToNumber(std::string_view text) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool WasConnected(CURL* handle) {
  curl_off_t connected = 0;
  curl_easy_getinfo(handle, CURLINFO_PRETRANSFER_TIME_T, &connected);
  return connected > 0;
}

}  // namespace

CurlTransfer::CurlTransfer(const Request& request, const HeadSink& on_head,
                           const ChunkSink& on_chunk)
    : request_(request), on_head_(on_head), on_chunk_(on_chunk) {}

void CurlTransfer::Attach(CURL* handle) {
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &CurlTransfer::OnHeaderLine);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &CurlTransfer::OnBody);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, &CurlTransfer::OnProgress);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, this);
  if (!request_.public_addresses_only) return;
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, &CurlTransfer::OnOpenSocket);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, this);
  // No socket is opened where another request, which may go anywhere, has left a connection.
  curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, &CurlTransfer::OnConnected);
  curl_easy_setopt(handle, CURLOPT_PREREQDATA, this);
}

bool CurlTransfer::Stop(absl::Status why) {
  if (stopped_.ok()) stopped_ = std::move(why);
  return false;
}

size_t CurlTransfer::OnHeaderLine(char* data, size_t size, size_t count, void* self) {
  const size_t bytes = size * count;
  return static_cast<CurlTransfer*>(self)->TakeHeaderLine({data, bytes}) ? bytes : 0;
}

bool CurlTransfer::TakeHeaderLine(std::string_view line) {
  last_activity_ = Steady::now();
  if (head_done_) return true;  // trailers
  header_bytes_ += line.size();
  if (header_bytes_ > kMaxHeaderBytes) {
    return Stop(Error(absl::StatusCode::kResourceExhausted, "RESPONSE_TOO_LARGE",
                      "the headers of " + WithoutQuery(request_.url) + " are too long"));
  }
  if (line.starts_with("HTTP/")) {
    head_ = Head{};
    const std::string_view rest = line.substr(std::min(line.find(' ') + 1, line.size()));
    head_.status = ToNumber<int>(rest.substr(0, 3)).value_or(0);
    return true;
  }
  const std::string_view text = Trim(line);
  if (text.empty()) return head_.status < 200 || FinishHead();
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos) return true;
  head_.headers[LowerCase(text.substr(0, colon))] = std::string(Trim(text.substr(colon + 1)));
  return true;
}

bool CurlTransfer::FinishHead() {
  head_done_ = true;
  const auto length = head_.headers.find("content-length");
  if (length != head_.headers.end()) head_.content_length = ToNumber<int64_t>(length->second);
  const absl::Status status = on_head_(head_);
  return status.ok() || Stop(status);
}

size_t CurlTransfer::OnBody(char* data, size_t size, size_t count, void* self) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  const size_t bytes = size * count;
  const absl::Status status = transfer.on_chunk_({data, bytes});
  // After the sink, so that the time it made us wait is not held against the server.
  transfer.last_activity_ = Steady::now();
  return status.ok() || transfer.Stop(status) ? bytes : 0;
}

int CurlTransfer::OnProgress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  const Request& request = transfer.request_;
  if (request.cancelled && request.cancelled()) {
    transfer.Stop(Error(absl::StatusCode::kCancelled, "REQUEST_CANCELLED",
                        "nobody waits for " + WithoutQuery(request.url) + " any more"));
    return 1;
  }
  if (Steady::now() - transfer.last_activity_ <= request.deadlines.idle) return 0;
  transfer.Stop(Error(absl::StatusCode::kDeadlineExceeded, "RESPONSE_TIMED_OUT",
                      WithoutQuery(request.url) + " fell silent"));
  return 1;
}

curl_socket_t CurlTransfer::OnOpenSocket(void* self, curlsocktype, curl_sockaddr* address) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  if (!IsPublicAddress(address->addr)) {
    transfer.StopAtPrivateAddress();
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

int CurlTransfer::OnConnected(void* self, char* peer, char*, int, int) {
  if (IsPublicAddress(std::string(peer))) return CURL_PREREQFUNC_OK;
  static_cast<CurlTransfer*>(self)->StopAtPrivateAddress();
  return CURL_PREREQFUNC_ABORT;
}

bool CurlTransfer::StopAtPrivateAddress() {
  return Stop(Error(absl::StatusCode::kPermissionDenied, "ADDRESS_NOT_PUBLIC",
                    WithoutQuery(request_.url) + " is not at a public address"));
}

absl::Status CurlTransfer::Outcome(CURL* handle, CURLcode code) const {
  if (code == CURLE_OK) return absl::OkStatus();
  if (!stopped_.ok()) return stopped_;
  const std::string what = WithoutQuery(request_.url) + ": " + curl_easy_strerror(code);
  if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL) {
    return Error(absl::StatusCode::kInvalidArgument, "ADDRESS_INVALID", what);
  }
  if (code == CURLE_OPERATION_TIMEDOUT && WasConnected(handle)) {
    return Error(absl::StatusCode::kDeadlineExceeded, "RESPONSE_TIMED_OUT", what);
  }
  if (head_done_) return Error(absl::StatusCode::kDataLoss, "RESPONSE_TRUNCATED", what);
  return Error(absl::StatusCode::kUnavailable, "CONNECTION_FAILED", what);
}

}  // namespace callimport::http
