// From the command line to a running service:  job-scheduler --config=FILE
//
// The file is JSON and holds a message of the service's own config.proto. It is read, then checked
// by the service's own check, before anything is opened; "--check-config" stops there with 0. What
// is wrong with it, and whatever else hinders the start, is one sentence: file, field, reason.
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

// The same error, saying which field it is about: an address that is taken, a folder that is full.
absl::Status AboutField(const std::string& field, const absl::Status& status);

int RunMain(int argc, char** argv, const std::string& service, google::protobuf::Message& config,
            const std::function<absl::Status()>& check,
            const std::function<absl::Status(const std::string& file)>& run);

template <typename Config>
int RunMain(int argc, char** argv, const std::string& service,
            const std::function<absl::Status(const Config&)>& check,
            const std::function<absl::Status(const Config&)>& run) {
  Config config;
  return RunMain(
      argc, argv, service, config, [&] { return check(config); },
      [&](const std::string&) { return run(config); });
}

// For services that look at their file again while they run.
template <typename Config>
int RunMain(int argc, char** argv, const std::string& service,
            const std::function<absl::Status(const Config&)>& check,
            const std::function<absl::Status(const Config&, const std::string& file)>& run) {
  Config config;
  return RunMain(
      argc, argv, service, config, [&] { return check(config); },
      [&](const std::string& file) { return run(config, file); });
}

}  // namespace callimport::rpc
