#include "tests/fake_vendors/http/event_loop.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

namespace callimport::fake_vendors {
namespace {

constexpr uint64_t kWake = 0;
constexpr uint64_t kListener = 1;
constexpr uint64_t kFirstClient = 2;

Connection::Time Now() { return std::chrono::steady_clock::now(); }

}  // namespace

EventLoop::EventLoop(HttpHandler handler)
    : handler_(std::move(handler)),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      wake_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      last_id_(kFirstClient) {
  epoll_event event{.events = EPOLLIN, .data = {.u64 = kWake}};
  epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event);
}

EventLoop::~EventLoop() {
  Stop();
  close(wake_);
  close(epoll_);
}

void EventLoop::Start() {
  thread_ = std::thread([this] { Run(); });
}

void EventLoop::Stop() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  Post([] {});
  thread_.join();
  clients_.clear();
}

void EventLoop::Post(std::function<void()> task) {
  {
    std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t wrote = write(wake_, &one, sizeof(one));
}

void EventLoop::Adopt(int socket) {
  const uint64_t id = ++last_id_;
  Client& client = *clients_.emplace(id, std::make_unique<Client>(socket)).first->second;
  epoll_event event{.events = EPOLLIN, .data = {.u64 = id}};
  epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event);
  client.interest = EPOLLIN;
}

void EventLoop::Listen(int socket, std::function<void()> accept) {
  accept_ = std::move(accept);
  epoll_event event{.events = EPOLLIN, .data = {.u64 = kListener}};
  epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event);
}

void EventLoop::Run() {
  loop_thread_ = std::this_thread::get_id();
  std::array<epoll_event, 128> events;
  while (!stopping_) {
    const int ready = epoll_wait(epoll_, events.data(), events.size(), WaitMillis());
    for (int i = 0; i < ready; ++i) OnEvent(events[static_cast<size_t>(i)]);
    WakePaused();
  }
}

void EventLoop::OnEvent(const epoll_event& event) {
  const uint64_t id = event.data.u64;
  if (id == kWake) return RunTasks();
  if (id == kListener) return accept_();
  const auto found = clients_.find(id);
  if (found == clients_.end()) return;
  Client& client = *found->second;
  if ((event.events & (EPOLLHUP | EPOLLERR | EPOLLRDHUP)) != 0 && (event.events & EPOLLIN) == 0) {
    clients_.erase(found);
    return;
  }
  if ((event.events & EPOLLIN) != 0) client.connection.Read();
  if ((event.events & EPOLLOUT) != 0) client.connection.Send(Now());
  Serve(id, client);
}

void EventLoop::RunTasks() {
  uint64_t count = 0;
  [[maybe_unused]] const ssize_t got = read(wake_, &count, sizeof(count));
  std::vector<std::function<void()>> tasks;
  {
    std::lock_guard lock(mutex_);
    tasks.swap(tasks_);
  }
  for (const auto& task : tasks) task();
}

// Hands over one request after the other, as long as each is answered at once.
void EventLoop::Serve(uint64_t id, Client& client) {
  while (std::optional<HttpRequest> request = client.connection.NextRequest()) {
    handler_(*request, ResponderFor(id));
    if (client.connection.state() != Connection::State::kReading) break;
  }
  Settle(id, client);
}

Respond EventLoop::ResponderFor(uint64_t id) {
  return [loop = weak_from_this(), id](HttpResponse response) {
    const std::shared_ptr<EventLoop> here = loop.lock();
    if (!here) return;
    if (std::this_thread::get_id() == here->loop_thread_) {
      const auto found = here->clients_.find(id);
      if (found != here->clients_.end()) {
        found->second->connection.Answer(std::move(response), Now());
      }
      return;
    }
    here->Post([loop = here.get(), id, late = std::move(response)]() mutable {
      loop->Answer(id, std::move(late));
    });
  };
}

void EventLoop::Answer(uint64_t id, HttpResponse response) {
  const auto found = clients_.find(id);
  if (found == clients_.end()) return;
  found->second->connection.Answer(std::move(response), Now());
  Serve(id, *found->second);
}

// Closes the client, or watches for what its state waits for.
void EventLoop::Settle(uint64_t id, Client& client) {
  switch (client.connection.state()) {
    case Connection::State::kClosed:
      clients_.erase(id);
      return;
    case Connection::State::kReading:
      return Watch(id, client, EPOLLIN);
    case Connection::State::kAnswering:
      return Watch(id, client, EPOLLRDHUP);
    case Connection::State::kSending:
      break;
  }
  const auto pause = client.connection.paused_until();
  if (pause && *pause != client.timer) {
    client.timer = *pause;
    paused_.emplace(*pause, id);
  }
  Watch(id, client, pause ? EPOLLRDHUP : EPOLLOUT | EPOLLRDHUP);
}

void EventLoop::Watch(uint64_t id, Client& client, uint32_t interest) {
  if (client.interest == interest) return;
  client.interest = interest;
  epoll_event event{.events = interest, .data = {.u64 = id}};
  epoll_ctl(epoll_, EPOLL_CTL_MOD, client.connection.socket(), &event);
}

void EventLoop::WakePaused() {
  const Connection::Time now = Now();
  while (!paused_.empty() && paused_.begin()->first <= now) {
    const uint64_t id = paused_.begin()->second;
    paused_.erase(paused_.begin());
    const auto found = clients_.find(id);
    if (found == clients_.end()) continue;
    found->second->connection.Send(now);
    Serve(id, *found->second);
  }
}

int EventLoop::WaitMillis() const {
  if (paused_.empty()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(paused_.begin()->first - Now());
  return static_cast<int>(std::max<int64_t>(left.count(), 0));
}

}  // namespace callimport::fake_vendors
