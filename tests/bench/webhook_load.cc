#include "tests/bench/webhook_load.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <future>
#include <memory>
#include <thread>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "services/adapter-gateway/webhooks/webhook_fixture.h"

namespace callimport::bench {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

constexpr int kThreads = 2;
constexpr int kAnswerPatienceMs = 10'000;

absl::Status Broken(const std::string& what) {
  return Error(absl::StatusCode::kUnavailable, "CONNECTION_BROKEN", what);
}

class Line {
 public:
  explicit Line(int port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    connected_ =
        connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  }
  ~Line() { close(socket_); }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  bool connected() const { return connected_; }
  int socket_number() const { return socket_; }
  SteadyTime sent_at() const { return sent_at_; }

  absl::Status Send(const std::string& request) {
    answer_.clear();
    sent_at_ = std::chrono::steady_clock::now();
    // A delivery fits into the buffer of the socket.
    const ssize_t sent = send(socket_, request.data(), request.size(), MSG_NOSIGNAL);
    return sent == static_cast<ssize_t>(request.size()) ? absl::OkStatus() : Broken("send");
  }

  // Reads on; the status of the answer once it is complete, else 0.
  absl::StatusOr<int> Read() {
    std::array<char, 4096> piece;
    const ssize_t got = recv(socket_, piece.data(), piece.size(), 0);
    if (got <= 0) return Broken("recv");
    answer_.append(piece.data(), static_cast<size_t>(got));
    const size_t head = answer_.find("\r\n\r\n");
    const size_t length = answer_.find("Content-Length: ");
    if (head == std::string::npos || length > head) return 0;
    const size_t body = std::stoul(answer_.substr(length + 16));
    return answer_.size() < head + 4 + body ? 0 : std::stoi(answer_.substr(9, 3));
  }

 private:
  const int socket_;
  bool connected_ = false;
  SteadyTime sent_at_{};
  std::string answer_;
};

void Note(WebhookLoad::Result& result, int status, SteadyTime sent_at) {
  result.latencies.Add(std::chrono::steady_clock::now() - sent_at);
  ++(status == 200 ? result.accepted : result.refused);
}

}  // namespace

std::string WebhookLoad::Delivery(int64_t number) const {
  const std::string id = std::to_string(number);
  const std::string& subscription =
      subscriptions_[static_cast<size_t>(number) % subscriptions_.size()];
  const http::ServedRequest request = adapter_gateway::OpenPhoneDelivery(
      subscription, "msg_" + id, adapter_gateway::OpenPhoneBody("EV" + id, "AC" + id),
      std::chrono::system_clock::now());
  std::string text =
      "POST " + request.path + " HTTP/1.1\r\nHost: hooks\r\n" +
      "Content-Type: application/json\r\nContent-Length: " + std::to_string(request.body.size()) +
      "\r\n";
  for (const auto& [name, value] : request.headers) text += name + ": " + value + "\r\n";
  return text + "\r\n" + request.body;
}

absl::StatusOr<WebhookLoad::Result> WebhookLoad::RunThread(int64_t first, int64_t count,
                                                           int connections) const {
  Result result;
  std::vector<std::unique_ptr<Line>> lines;
  std::vector<pollfd> polls;
  int64_t next = first;
  for (int i = 0; i < connections; ++i) {
    lines.push_back(std::make_unique<Line>(port_));
    if (!lines.back()->connected()) return Broken("connect");
    polls.push_back({.fd = lines.back()->socket_number(), .events = POLLIN, .revents = 0});
    RETURN_IF_ERROR(lines.back()->Send(Delivery(next++)));
  }
  for (int64_t answered = 0; answered < count;) {
    if (poll(polls.data(), polls.size(), kAnswerPatienceMs) <= 0) return Broken("no answer");
    for (size_t i = 0; i < polls.size(); ++i) {
      if (polls[i].revents == 0) continue;
      ASSIGN_OR_RETURN(const int status, lines[i]->Read());
      if (status == 0) continue;
      Note(result, status, lines[i]->sent_at());
      ++answered;
      if (next < first + count) RETURN_IF_ERROR(lines[i]->Send(Delivery(next++)));
    }
  }
  return result;
}

absl::StatusOr<WebhookLoad::Result> WebhookLoad::RunAtMost(int64_t count, int connections) {
  const SteadyTime begin = std::chrono::steady_clock::now();
  std::vector<std::future<absl::StatusOr<Result>>> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.push_back(std::async(std::launch::async, [this, i, count, connections] {
      return RunThread(sent_ + i * (count / kThreads), count / kThreads, connections / kThreads);
    }));
  }
  Result total;
  absl::Status status;
  for (auto& thread : threads) {
    const auto part = thread.get();
    status.Update(part.status());
    if (!part.ok()) continue;
    total.accepted += part->accepted;
    total.refused += part->refused;
    total.latencies.Add(part->latencies);
  }
  sent_ += count;
  RETURN_IF_ERROR(status);
  total.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return total;
}

absl::StatusOr<WebhookLoad::Result> WebhookLoad::RunAtRate(int64_t count, double per_second) {
  Result result;
  Line line(port_);
  if (!line.connected()) return Broken("connect");
  const SteadyTime begin = std::chrono::steady_clock::now();
  for (int64_t i = 0; i < count; ++i) {
    std::this_thread::sleep_until(
        begin + std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                    std::chrono::duration<double>(static_cast<double>(i) / per_second)));
    RETURN_IF_ERROR(line.Send(Delivery(sent_++)));
    int status = 0;
    while (status == 0) {
      ASSIGN_OR_RETURN(status, line.Read());
    }
    Note(result, status, line.sent_at());
  }
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return result;
}

}  // namespace callimport::bench
