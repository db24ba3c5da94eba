// Requests and responses of the little HTTP/1.1 server, and how a response may go wrong.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/fake_vendors/http/body.h"

namespace callimport::fake_vendors {

struct HttpRequest {
  std::string method;
  // Without the query.
  std::string path;
  // Percent-decoded.
  std::vector<std::pair<std::string, std::string>> query;
  // Names in lower case.
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  bool keep_alive = true;

  // Empty when there is none.
  std::string_view Header(std::string_view name) const;
  std::string_view Query(std::string_view name) const;
};

// A healthy delivery has none of these.
struct Delivery {
  // Sends this many bytes of the body, though the headers promise more, and closes.
  std::optional<uint64_t> cut_after;
  // Pauses after each chunk.
  std::chrono::milliseconds pause{0};
  uint64_t chunk_bytes = 16'384;
  // Breaks the connection without a word.
  bool reset = false;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
  Body body;
  Delivery delivery;
  // Destroyed when the last byte is handed over, or the client has gone.
  std::shared_ptr<void> held_while_sending;
};

// Answers one request. May be called from any thread; only the first call counts.
using Respond = std::function<void(HttpResponse)>;

// Must not wait: whoever needs time answers later.
using HttpHandler = std::function<void(const HttpRequest&, Respond)>;

HttpResponse JsonResponse(int status, std::string json);

}  // namespace callimport::fake_vendors
