#include "libs/http/scripted_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace callimport::http {
namespace {

constexpr char kLengthHeader[] = "Content-Length: ";

size_t BodyLength(const std::string& head) {
  const size_t at = head.find(kLengthHeader);
  return at == std::string::npos ? 0 : std::stoul(head.substr(at + sizeof kLengthHeader - 1));
}

}  // namespace

bool ScriptedServer::Connection::Write(const std::string& bytes) const {
  size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t more = send(socket_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (more <= 0) return false;
    sent += static_cast<size_t>(more);
  }
  return true;
}

std::string ScriptedServer::Connection::ReadRequest() {
  while (true) {
    const size_t head = pending_.find("\r\n\r\n");
    if (head != std::string::npos) {
      const size_t size = head + 4 + BodyLength(pending_.substr(0, head));
      if (pending_.size() >= size) {
        std::string request = pending_.substr(0, size);
        pending_.erase(0, size);
        return request;
      }
    }
    char buffer[4096];
    const ssize_t more = recv(socket_, buffer, sizeof buffer, 0);
    if (more <= 0) return "";
    pending_.append(buffer, static_cast<size_t>(more));
  }
}

ScriptedServer::ScriptedServer(Script script)
    : script_(std::move(script)), listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      listen(listener_, 64) != 0 ||
      getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("cannot listen on 127.0.0.1");
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::jthread([this] { Accept(); });
}

ScriptedServer::~ScriptedServer() {
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  {
    std::lock_guard lock(mutex_);
    for (const int connection : sockets_) shutdown(connection, SHUT_RDWR);
  }
  threads_.clear();
  for (const int connection : sockets_) close(connection);
  close(listener_);
}

void ScriptedServer::Accept() {
  while (true) {
    const int connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) return;
    ++connections_;
    std::lock_guard lock(mutex_);
    sockets_.push_back(connection);
    threads_.emplace_back([this, connection] {
      Connection with(connection);
      script_(with);
      shutdown(connection, SHUT_RDWR);
    });
  }
}

std::string ScriptedServer::Url(const std::string& path) const {
  return "http://127.0.0.1:" + std::to_string(port_) + path;
}

std::string OkAnswer(const std::string& body, const std::string& more_headers) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         more_headers + "\r\n" + body;
}

ScriptedServer::Script Always(const std::string& answer) {
  return [answer](ScriptedServer::Connection& with) {
    while (!with.ReadRequest().empty() && with.Write(answer)) {
    }
  };
}

ScriptedServer::Script Once(const std::string& answer) {
  return [answer](ScriptedServer::Connection& with) {
    with.ReadRequest();
    with.Write(answer);
  };
}

}  // namespace callimport::http
