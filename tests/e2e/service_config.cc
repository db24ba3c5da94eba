#include "tests/e2e/service_config.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>

namespace callimport::e2e {

const std::vector<std::string> kServices = {"credential-manager", "adapter-gateway",
                                            "job-scheduler", "media-pipeline", "status-tracker"};

namespace {

constexpr int kFirstPort = 17'000;
constexpr int kLastPort = 17'999;
constexpr int kDeliveredRpcPort = 7101;
constexpr int kDeliveredMetricsPort = 7201;

bool IsFree(int port) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool free =
      bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  close(listener);
  return free;
}

int NextFreePort(int& candidate) {
  for (int tries = 0; tries <= kLastPort - kFirstPort; ++tries) {
    if (++candidate > kLastPort) candidate = kFirstPort;
    if (IsFree(candidate)) return candidate;
  }
  throw std::runtime_error("no free port");
}

void ReplaceAll(std::string& text, const std::string& from, const std::string& to) {
  for (size_t place = text.find(from); place != std::string::npos;
       place = text.find(from, place + to.size())) {
    text.replace(place, from.size(), to);
  }
}

std::string RoleOf(std::string service) {
  std::ranges::replace(service, '-', '_');
  return service;
}

// "127.0.0.1:7103" becomes this test's port of job-scheduler.
void MovePorts(std::string& text, const std::map<std::string, Ports>& ports) {
  for (size_t i = 0; i < kServices.size(); ++i) {
    const Ports& here = ports.at(kServices[i]);
    ReplaceAll(text, ":" + std::to_string(kDeliveredRpcPort + static_cast<int>(i)) + "\"",
               ":" + std::to_string(here.rpc) + "\"");
    ReplaceAll(text, ":" + std::to_string(kDeliveredMetricsPort + static_cast<int>(i)) + "\"",
               ":" + std::to_string(here.metrics) + "\"");
  }
}

std::string Delivered(const std::string& service, const std::string& source_dir) {
  std::ifstream file(source_dir + "/deploy/config/" + service + ".json");
  if (!file) throw std::runtime_error("no deploy/config/" + service + ".json");
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

std::map<std::string, Ports> PickPorts(const std::vector<std::string>& processes) {
  int candidate = kFirstPort + static_cast<int>(getpid() * 37 % (kLastPort - kFirstPort));
  std::map<std::string, Ports> ports;
  for (const std::string& process : processes) {
    ports[process].rpc = NextFreePort(candidate);
    ports[process].metrics = NextFreePort(candidate);
  }
  return ports;
}

Json RenderConfig(const std::string& service, const Surroundings& surroundings) {
  std::string text = Delivered(service, surroundings.source_dir);
  MovePorts(text, surroundings.ports);
  ReplaceAll(text, "\"var/", "\"" + surroundings.var_dir + "/");
  Json config = Json::parse(text);
  if (config.contains("database")) {
    config["database"]["connection"] = surroundings.connection_of(RoleOf(service));
  }
  if (config.contains("catalog_dir")) {
    config["catalog_dir"] =
        surroundings.source_dir + "/" + config["catalog_dir"].get<std::string>();
  }
  return config;
}

}  // namespace callimport::e2e
