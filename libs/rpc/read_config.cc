#include <google/protobuf/util/json_util.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/json_problem.h"
#include "libs/rpc/run_main.h"

namespace callimport::rpc {
namespace {

absl::Status Invalid(const std::string& message) {
  return Error(absl::StatusCode::kInvalidArgument, "CONFIG_INVALID", message);
}

absl::StatusOr<std::string> ReadFile(const std::string& file) {
  std::ifstream stream(file);
  std::ostringstream text;
  if (!stream || !(text << stream.rdbuf())) return Invalid("cannot be read");
  return text.str();
}

// The environment's value as it stands inside a JSON string.
std::string Escaped(const std::string& value) {
  std::string escaped;
  for (const char c : value) {
    if (c == '"' || c == '\\') escaped += '\\';
    escaped += c == '\n' || c == '\r' || c == '\t' ? ' ' : c;
  }
  return escaped;
}

// Replaces each ${NAME}.
absl::StatusOr<std::string> FillIn(const std::string& text) {
  std::string filled;
  size_t place = 0;
  for (size_t start; (start = text.find("${", place)) != std::string::npos;) {
    const size_t end = text.find('}', start);
    if (end == std::string::npos) return Invalid("a \"${\" is not closed");
    const std::string name = text.substr(start + 2, end - start - 2);
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return Invalid("the environment variable " + name + " is not set");
    filled += text.substr(place, start - place) + Escaped(value);
    place = end + 1;
  }
  return filled + text.substr(place);
}

absl::Status Read(const std::string& file, google::protobuf::Message& config) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(file));
  ASSIGN_OR_RETURN(const std::string filled, FillIn(text));
  const auto status = google::protobuf::util::JsonStringToMessage(filled, &config);
  if (status.ok()) return absl::OkStatus();
  return Invalid(DescribeJsonProblem(status.message().ToString()));
}

}  // namespace

absl::Status ReadConfig(const std::string& file, google::protobuf::Message& config) {
  const absl::Status status = Read(file, config);
  return status.ok() ? status : Invalid(file + ": " + std::string(status.message()));
}

absl::Status AboutField(const std::string& field, const absl::Status& status) {
  absl::Status about(status.code(), absl::StrCat(field, ": ", status.message()));
  status.ForEachPayload([&about](absl::string_view type, const absl::Cord& payload) {
    about.SetPayload(type, payload);
  });
  return about;
}

absl::Status ConfigError(const std::string& field, const std::string& reason) {
  return Invalid(field + ": " + reason);
}

}  // namespace callimport::rpc
