#include "libs/http/slow_clients.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <charconv>
#include <filesystem>
#include <iterator>
#include <system_error>
#include <utility>

namespace callimport::http {
namespace {

int PortOf(const sockaddr_storage& address) {
  const auto port = address.ss_family == AF_INET6
                        ? reinterpret_cast<const sockaddr_in6&>(address).sin6_port
                        : reinterpret_cast<const sockaddr_in&>(address).sin_port;
  return ntohs(port);
}

bool IsConnectionOf(int socket, const ClientEnds& client) {
  sockaddr_storage theirs{};
  sockaddr_storage ours{};
  socklen_t size = sizeof(theirs);
  if (getpeername(socket, reinterpret_cast<sockaddr*>(&theirs), &size) != 0) return false;
  std::array<char, NI_MAXHOST> host{};
  if (getnameinfo(reinterpret_cast<const sockaddr*>(&theirs), size, host.data(), host.size(),
                  nullptr, 0, NI_NUMERICHOST) != 0) {
    return false;
  }
  size = sizeof(ours);
  if (getsockname(socket, reinterpret_cast<sockaddr*>(&ours), &size) != 0) return false;
  return PortOf(theirs) == client.port && PortOf(ours) == client.server_port &&
         client.address == host.data();
}

// CivetWeb tells nobody which socket it reads from.
void EndConnection(const ClientEnds& client) {
  std::error_code trouble;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd", trouble)) {
    const std::string name = entry.path().filename();
    int descriptor = -1;
    std::from_chars(name.data(), name.data() + name.size(), descriptor);
    if (descriptor >= 0 && IsConnectionOf(descriptor, client)) shutdown(descriptor, SHUT_RDWR);
  }
}

}  // namespace

SlowClients::SlowClients(std::chrono::milliseconds patience)
    : patience_(patience), thread_([this](const std::stop_token& stop) { Run(stop); }) {}

void SlowClients::Run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    const auto now = std::chrono::steady_clock::now();
    // Under the lock: until then the reader keeps the connection, and its socket stays the same.
    while (!readings_.empty() && readings_.front().deadline <= now) {
      EndConnection(readings_.front().client);
      readings_.front().deadline = std::chrono::steady_clock::time_point::max();
      readings_.splice(readings_.end(), readings_, readings_.begin());
    }
    tick_.wait_for(lock, stop, patience_ / 4, [] { return false; });
  }
}

SlowClients::Watch::Watch(SlowClients& home, ClientEnds client) : home_(home) {
  const auto deadline = std::chrono::steady_clock::now() + home.patience_;
  const std::lock_guard lock(home.mutex_);
  // Those that were cut off already stand behind.
  auto place = home.readings_.end();
  while (place != home.readings_.begin() && std::prev(place)->deadline > deadline) --place;
  reading_ = home.readings_.insert(place, {std::move(client), deadline});
}

SlowClients::Watch::~Watch() {
  const std::lock_guard lock(home_.mutex_);
  home_.readings_.erase(reading_);
}

}  // namespace callimport::http
