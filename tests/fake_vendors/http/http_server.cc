#include "tests/fake_vendors/http/http_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"

namespace callimport::fake_vendors {
namespace {

// Enough for a small recording in one go.
constexpr int kSendBuffer = 1024 * 1024;

absl::Status SystemError(const std::string& what) {
  return Error(absl::StatusCode::kUnavailable, "CANNOT_LISTEN", what + ": " + strerror(errno));
}

absl::StatusOr<int> Listen(int port) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (listener < 0) return SystemError("socket");
  const int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
      listen(listener, 1024) != 0) {
    const absl::Status error = SystemError("port " + std::to_string(port));
    close(listener);
    return error;
  }
  return listener;
}

int PortOf(int listener) {
  sockaddr_in address{};
  socklen_t size = sizeof(address);
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

}  // namespace

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(int port, int threads,
                                                              const HttpHandler& handler) {
  ASSIGN_OR_RETURN(const int listener, Listen(port));
  std::unique_ptr<HttpServer> server(new HttpServer(listener, PortOf(listener)));
  for (int i = 0; i < threads; ++i) {
    server->loops_.push_back(std::make_shared<EventLoop>(handler));
  }
  server->loops_.front()->Listen(listener, [raw = server.get()] { raw->Accept(); });
  for (const auto& loop : server->loops_) loop->Start();
  return server;
}

HttpServer::~HttpServer() {
  for (const auto& loop : loops_) loop->Stop();
  close(listener_);
}

// Spreads clients evenly over the loops.
void HttpServer::Accept() {
  const int socket = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (socket < 0) return;
  const int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &kSendBuffer, sizeof(kSendBuffer));
  EventLoop& loop = *loops_[next_loop_++ % loops_.size()];
  loop.Post([&loop, socket] { loop.Adopt(socket); });
}

}  // namespace callimport::fake_vendors
