#include <google/protobuf/util/json_util.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <regex>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/run_main.h"

namespace callimport::rpc {
namespace {

absl::Status Invalid(const std::string& message) {
  return Error(absl::StatusCode::kInvalidArgument, "CONFIG_INVALID", message);
}

absl::StatusOr<std::string> ReadFile(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return Invalid(file + ": cannot be read");
  return std::string(std::istreambuf_iterator<char>(in), {});
}

// Replaces every ${NAME} by the environment variable of that name.
absl::StatusOr<std::string> ExpandEnvironment(const std::string& file, const std::string& text) {
  static const std::regex reference(R"(\$\{([A-Za-z_][A-Za-z0-9_]*)\})");
  std::string expanded;
  auto rest = text.cbegin();
  for (std::smatch match; std::regex_search(rest, text.cend(), match, reference);
       rest = match.suffix().first) {
    const char* value = std::getenv(match[1].str().c_str());
    if (!value)
      return Invalid(file + ": the environment variable " + match[1].str() + " is not set");
    expanded.append(rest, match[0].first).append(value);
  }
  return expanded.append(rest, text.cend());
}

}  // namespace

absl::Status ReadConfig(const std::string& file, google::protobuf::Message& config) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(file));
  ASSIGN_OR_RETURN(const std::string json, ExpandEnvironment(file, text));
  const auto status = google::protobuf::util::JsonStringToMessage(json, &config);
  if (status.ok()) return absl::OkStatus();
  return Invalid(file + ": " + std::string(status.message()));
}

absl::Status ConfigError(const std::string& field, const std::string& reason) {
  return Invalid(field + ": " + reason);
}

}  // namespace callimport::rpc
