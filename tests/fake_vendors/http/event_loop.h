// One thread that serves many connections through epoll.
#pragma once

#include <sys/epoll.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

#include "tests/fake_vendors/http/connection.h"
#include "tests/fake_vendors/http/message.h"

namespace callimport::fake_vendors {

class EventLoop : public std::enable_shared_from_this<EventLoop> {
 public:
  explicit EventLoop(HttpHandler handler);
  ~EventLoop();

  void Start();
  // Closes every connection. Answers that come later are dropped.
  void Stop();

  // Runs `task` on the loop's thread. Safe from any thread.
  void Post(std::function<void()> task);

  // Takes over a connected socket. Only on the loop's thread.
  void Adopt(int socket);

  // Calls `accept` on the loop's thread whenever the listening socket has somebody waiting.
  void Listen(int socket, std::function<void()> accept);

 private:
  struct Client {
    explicit Client(int socket) : connection(socket) {}
    Connection connection;
    uint32_t interest = 0;
    Connection::Time timer{};
  };

  void Run();
  void OnEvent(const epoll_event& event);
  void RunTasks();
  void Serve(uint64_t id, Client& client);
  void Answer(uint64_t id, HttpResponse response);
  void Settle(uint64_t id, Client& client);
  void Watch(uint64_t id, Client& client, uint32_t interest);
  void WakePaused();
  int WaitMillis() const;
  Respond ResponderFor(uint64_t id);

  const HttpHandler handler_;
  const int epoll_;
  const int wake_;
  std::thread thread_;
  std::atomic<std::thread::id> loop_thread_;
  std::function<void()> accept_;
  std::unordered_map<uint64_t, std::unique_ptr<Client>> clients_;
  std::multimap<Connection::Time, uint64_t> paused_;
  uint64_t last_id_;

  std::mutex mutex_;
  std::vector<std::function<void()>> tasks_;
  std::atomic<bool> stopping_{false};
};

}  // namespace callimport::fake_vendors
