// From the command line to a running service:  job-scheduler --config=FILE
//
// The file is JSON and holds a message of the service's own config.proto. What it cannot be read
// as stops the start with one sentence that names file, field and reason. "--check-config" reads
// it, and stops with 0.
#pragma once

#include <google/protobuf/message.h>

#include <functional>
#include <string>

#include "absl/status/status.h"

namespace callimport::rpc {

// Reads a JSON file into a message. Unknown fields are refused.
absl::Status ReadConfig(const std::string& file, google::protobuf::Message& config);

// INVALID_ARGUMENT (CONFIG_INVALID) naming the field; for checks of the service itself.
absl::Status ConfigError(const std::string& field, const std::string& reason);

int RunMain(int argc, char** argv, const std::string& service, google::protobuf::Message& config,
            const std::function<absl::Status()>& run);

template <typename Config>
int RunMain(int argc, char** argv, const std::string& service,
            const std::function<absl::Status(const Config&)>& run) {
  Config config;
  return RunMain(argc, argv, service, config, [&] { return run(config); });
}

}  // namespace callimport::rpc
