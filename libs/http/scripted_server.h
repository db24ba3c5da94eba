// A server on 127.0.0.1 that answers byte for byte what a test wants, broken answers too.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace callimport::http {

class ScriptedServer {
 public:
  // One connection under way, as the script sees it.
  class Connection {
   public:
    explicit Connection(int socket) : socket_(socket) {}
    // False once the client has gone.
    bool Write(const std::string& bytes) const;
    // The next request with its body; empty once the client has gone.
    std::string ReadRequest();

   private:
    int socket_;
    std::string pending_;
  };

  // Runs on a thread of its own for every connection, which is closed when it returns.
  using Script = std::function<void(Connection&)>;

  explicit ScriptedServer(Script script);
  ~ScriptedServer();

  std::string Url(const std::string& path) const;
  int connections() const { return connections_; }

 private:
  void Accept();

  Script script_;
  int listener_;
  int port_ = 0;
  std::atomic<int> connections_{0};
  std::mutex mutex_;
  std::vector<int> sockets_;
  std::vector<std::jthread> threads_;
  std::jthread acceptor_;
};

// "HTTP/1.1 200 OK" with this body and its length.
std::string OkAnswer(const std::string& body, const std::string& more_headers = "");

// Answers every request of a connection alike.
ScriptedServer::Script Always(const std::string& answer);

// Answers once, then closes.
ScriptedServer::Script Once(const std::string& answer);

}  // namespace callimport::http
