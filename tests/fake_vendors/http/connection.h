// One client: reads requests, and sends one response after the other. Lives on one event loop.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "tests/fake_vendors/http/message.h"

namespace callimport::fake_vendors {

class Connection {
 public:
  using Time = std::chrono::steady_clock::time_point;
  enum class State { kReading, kAnswering, kSending, kClosed };

  // Owns the socket, which does not block.
  explicit Connection(int socket) : socket_(socket) {}
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  int socket() const { return socket_; }
  State state() const { return state_; }

  // Takes in what the client has sent.
  void Read();

  // The next complete request, if the client may be answered; the state is then kAnswering.
  std::optional<HttpRequest> NextRequest();

  // Begins to send. Ignored unless a request waits for its answer.
  void Answer(HttpResponse response, Time now);

  // Sends on, as far as the client takes it.
  void Send(Time now);

  // Set while a slow response pauses.
  std::optional<Time> paused_until() const { return paused_until_; }

 private:
  bool SendBody(uint64_t limit);
  uint64_t BodyEnd() const;
  void FinishResponse();
  void Close() { state_ = State::kClosed; }

  const int socket_;
  State state_ = State::kReading;
  std::string input_;
  bool keep_alive_ = true;
  bool head_only_ = false;
  bool told_to_continue_ = false;

  HttpResponse response_;
  std::string head_;
  uint64_t sent_ = 0;  // of head and body together
  std::optional<Time> paused_until_;
};

}  // namespace callimport::fake_vendors
