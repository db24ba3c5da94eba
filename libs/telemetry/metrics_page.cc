#include <arpa/inet.h>
#include <netinet/in.h>
#include <prometheus/exposer.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <exception>
#include <thread>
#include <utility>

#include "libs/common/errors.h"
#include "libs/telemetry/metrics.h"
#include "libs/telemetry/metrics_registry.h"

namespace callimport::metrics {
namespace {

// Connects, and says nothing.
void Knock(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int knocking = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (knocking < 0) return;
  static_cast<void>(connect(knocking, reinterpret_cast<sockaddr*>(&address), sizeof(address)));
  close(knocking);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Page>> Page::Serve(const std::string& address) {
  try {
    auto exposer = std::make_unique<prometheus::Exposer>(address);
    exposer->RegisterCollectable(Registry());
    return std::unique_ptr<Page>(new Page(std::move(exposer)));
  } catch (const std::exception&) {
    // What it says is about its own pointers.
    return Error(absl::StatusCode::kUnavailable, "METRICS_ADDRESS_TAKEN",
                 "cannot serve metrics at " + address + "; another process may hold the port");
  }
}

Page::Page(std::unique_ptr<prometheus::Exposer> exposer) : exposer_(std::move(exposer)) {}

// The listener notices that it shall stop when somebody connects, or after two seconds: too long
// for a service that is being restarted.
Page::~Page() {
  const std::jthread knocking([port = port()](const std::stop_token& closed) {
    while (!closed.stop_requested()) {
      Knock(port);
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  });
  exposer_.reset();
}

int Page::port() const { return exposer_->GetListeningPorts().front(); }

}  // namespace callimport::metrics
