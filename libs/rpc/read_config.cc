#include <google/protobuf/util/json_util.h>

#include <cctype>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/run_main.h"

namespace callimport::rpc {
namespace {

absl::Status Invalid(const std::string& message) {
  return Error(absl::StatusCode::kInvalidArgument, "CONFIG_INVALID", message);
}

absl::StatusOr<std::string> ReadFile(const std::string& file) {
  std::ifstream stream(file);
  std::ostringstream text;
  if (!stream || !(text << stream.rdbuf())) {
    return Error(absl::StatusCode::kNotFound, "CONFIG_NOT_READABLE", "cannot be read");
  }
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

// protobuf writes `(server.tls) adress: Cannot find field.`, or `(server.port) invalid value "x"
// for type TYPE_INT32`, or a first sentence and then a piece of the text. Values stay out: they
// may have come from the environment.
std::string Sentence(const std::string& problem) {
  const std::string first = problem.substr(0, problem.find('\n'));
  if (!first.starts_with('(') && first.find(": Cannot find field") == std::string::npos) {
    return first.find("invalid value") == std::string::npos ? "is not JSON: " + first
                                                            : "holds a value of another type";
  }
  const size_t close = first.starts_with('(') ? first.find(") ") : std::string::npos;
  const std::string where = close == std::string::npos ? "" : first.substr(1, close - 1);
  const std::string rest = close == std::string::npos ? first : first.substr(close + 2);
  const size_t unknown = rest.find(": Cannot find field");
  if (unknown != std::string::npos) {
    return where + (where.empty() ? "" : ".") + rest.substr(0, unknown) + ": unknown field";
  }
  const size_t type = rest.rfind(" for type ");
  return where + ": is not of its type" + (type == std::string::npos ? "" : rest.substr(type));
}

}  // namespace

absl::Status ReadConfig(const std::string& file, google::protobuf::Message& config) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(file));
  ASSIGN_OR_RETURN(const std::string filled, FillIn(text));
  const auto status = google::protobuf::util::JsonStringToMessage(filled, &config);
  if (status.ok()) return absl::OkStatus();
  return Invalid(Sentence(status.message().ToString()));
}

absl::Status ConfigError(const std::string& field, const std::string& reason) {
  return Invalid(field + ": " + reason);
}

}  // namespace callimport::rpc
