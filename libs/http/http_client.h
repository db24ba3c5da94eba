// Asking somebody else's HTTP server.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace callimport::http {

// Every wait is bounded.
struct Deadlines {
  std::chrono::milliseconds connect{5'000};
  // Longest silence while bytes are due.
  std::chrono::milliseconds idle{30'000};
  // Whole request; 0: as long as bytes flow.
  std::chrono::milliseconds total{60'000};
};

struct Request {
  std::string method = "GET";
  std::string url = {};
  // Sent as they are; may hold secrets, and are never logged.
  std::map<std::string, std::string> headers = {};
  std::string body = {};
  Deadlines deadlines = {};
  // A longer body is RESOURCE_EXHAUSTED (RESPONSE_TOO_LARGE). Send() only.
  int64_t max_body_bytes = 64 << 20;
  // Refuses to connect to loopback, private and link-local addresses, whatever the name resolves
  // to: PERMISSION_DENIED (ADDRESS_NOT_PUBLIC).
  bool public_addresses_only = false;
  // Over a connection of its own: one that was kept open may turn out to be closed, and the request
  // would be sent again. For requests that must not be sent twice.
  bool once = false;
  // Asked at least once a second; true stops the transfer: CANCELLED (REQUEST_CANCELLED).
  std::function<bool()> cancelled = {};
};

struct Head {
  int status = 0;
  // Names in lower case.
  std::map<std::string, std::string> headers;
  std::optional<int64_t> content_length;
};

struct Response : Head {
  std::string body;
};

class Transfers;

// Safe from any number of threads. Errors: UNAVAILABLE (CONNECTION_FAILED), DEADLINE_EXCEEDED
// (RESPONSE_TIMED_OUT), DATA_LOSS (RESPONSE_TRUNCATED), INVALID_ARGUMENT (ADDRESS_INVALID).
// Whatever status the server answers is no error. No error text holds the query of an address.
// Redirects are answers like any other.
class HttpClient {
 public:
  virtual ~HttpClient() = default;
  virtual absl::StatusOr<Response> Send(const Request& request) = 0;
  // For bodies that are too large to be held. They come as they are stored, without undoing a
  // content encoding.
  virtual std::unique_ptr<Transfers> NewTransfers() = 0;
};

}  // namespace callimport::http
