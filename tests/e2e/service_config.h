// The configuration files of deploy/config, moved to the places and ports of one test.
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace callimport::e2e {

// In the order in which they lean on each other.
extern const std::vector<std::string> kServices;

// A service that this test runs on other ports than the delivered files say.
struct Ports {
  int rpc = 0;
  int metrics = 0;
};

// Free ports below those that the system hands out, so that a restarted process finds its own
// again.
std::map<std::string, Ports> PickPorts(const std::vector<std::string>& processes = kServices);

using Json = nlohmann::json;

// What a test wants different: given the service's name and its configuration.
using Patch = std::function<void(const std::string& service, Json& config)>;

struct Surroundings {
  std::string source_dir;  // deploy/config/<service>.json, catalog
  std::string var_dir;     // stands for var/
  // Of each service; where there are replicas, of the first.
  std::map<std::string, Ports> ports;
  std::function<std::string(const std::string& role)> connection_of;
};

Json RenderConfig(const std::string& service, const Surroundings& surroundings);

}  // namespace callimport::e2e
