// A small HTTP/1.1 server on the loopback interface: keep-alive, and answers that may go wrong on
// purpose. It exists because the vendors' side must cost next to nothing in a benchmark.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "tests/fake_vendors/http/event_loop.h"

namespace callimport::fake_vendors {

class HttpServer {
 public:
  // Port 0 takes any free one.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(int port, int threads,
                                                           const HttpHandler& handler);
  ~HttpServer();

  int port() const { return port_; }

 private:
  HttpServer(int listener, int port) : listener_(listener), port_(port) {}
  void Accept();

  const int listener_;
  const int port_;
  std::vector<std::shared_ptr<EventLoop>> loops_;
  size_t next_loop_ = 0;
};

}  // namespace callimport::fake_vendors
