// Cuts off clients that take too long to send a body. CivetWeb waits for as long as a byte comes
// now and then, and its thread waits with it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <list>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

namespace callimport::http {

// Both ends of a connection that was accepted here.
struct ClientEnds {
  std::string address;
  int port = 0;
  int server_port = 0;
};

class SlowClients {
  struct Reading {
    ClientEnds client;
    std::chrono::steady_clock::time_point deadline;
  };

 public:
  explicit SlowClients(std::chrono::milliseconds patience);

  // While it lives, the client has to send, and no longer than the patience and a quarter of it.
  // Then its connection is ended, and whoever reads from it finds nothing more.
  class Watch {
   public:
    Watch(SlowClients& home, ClientEnds client);
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

   private:
    SlowClients& home_;
    std::list<Reading>::iterator reading_;
  };

 private:
  void Run(const std::stop_token& stop);

  const std::chrono::milliseconds patience_;
  std::mutex mutex_;
  std::condition_variable_any tick_;
  // In the order of their deadlines.
  std::list<Reading> readings_;
  std::jthread thread_;
};

}  // namespace callimport::http
