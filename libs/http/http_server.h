// A small HTTP server for what has to be answered to browsers and vendors: bounded in threads,
// sizes and time. TLS ends in front of it.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "libs/http/slow_clients.h"

struct mg_context;
struct mg_connection;

namespace callimport::http {

struct ServedRequest {
  std::string method = {};
  // Without the query.
  std::string path = {};
  // Decoded; of a name that comes twice, the first.
  std::map<std::string, std::string> query = {};
  // Names in lower case; of a name that comes twice, the first.
  std::map<std::string, std::string> headers = {};
  // Byte for byte; empty where the server reads none.
  std::string body = {};
};

struct ServedAnswer {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::map<std::string, std::string> headers = {};
  std::string body = {};
};

class HttpServer {
 public:
  using Handler = std::function<ServedAnswer(const ServedRequest&)>;
  struct Bounds {
    // So many are answered at a time; others wait for their turn.
    int threads = 4;
    // For the client to say what it wants: so long for the head, and as long for the body. And to
    // take the answer.
    std::chrono::milliseconds patience{5'000};
    // Request line and headers together.
    int max_head_bytes = 16 << 10;
    // 0: bodies are not read. Longer ones are answered with 413.
    size_t max_body_bytes = 0;
    // Clients may ask again on the same connection, each of which takes a thread.
    bool keep_alive = false;
  };

  // Where a request ends must be plain, as others may stand before this server who read it too: 400
  // for two lengths, a length that is no number, a coding besides "chunked", or both.
  //
  // At "127.0.0.1:7302", until destroyed; port 0: any free one. The handler runs on several
  // threads. UNAVAILABLE (ADDRESS_TAKEN).
  static absl::StatusOr<std::unique_ptr<HttpServer>> Serve(const std::string& address,
                                                           Handler handler, Bounds bounds);
  static absl::StatusOr<std::unique_ptr<HttpServer>> Serve(const std::string& address,
                                                           Handler handler) {
    return Serve(address, std::move(handler), Bounds());
  }
  ~HttpServer();

  int port() const;

 private:
  HttpServer(Handler handler, Bounds bounds)
      : handler_(std::move(handler)), bounds_(bounds), slow_clients_(bounds.patience) {}
  static int OnRequest(mg_connection* connection, void* self);

  const Handler handler_;
  const Bounds bounds_;
  SlowClients slow_clients_;
  mg_context* context_ = nullptr;
};

// Decodes "a=1&b=%20"; of a name that comes twice, the first.
std::map<std::string, std::string> ParseQuery(const std::string& query);

// For text between tags and inside quoted attributes.
std::string EscapeHtml(const std::string& text);

}  // namespace callimport::http
