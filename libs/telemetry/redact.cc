#include <regex>

#include "libs/telemetry/log.h"

namespace callimport::log {
namespace {

constexpr char kHidden[] = "[redacted]";

// "Authorization: Basic dXNlcjpwYXNz", "Bearer eyJ…".
const std::regex& SchemeAndCredential() {
  static const std::regex pattern(R"(\b(Basic|Bearer)\s+[A-Za-z0-9+/=._~-]{4,})",
                                  std::regex::icase | std::regex::optimize);
  return pattern;
}

// name=value, name: value and "name":"value", where the name speaks of a secret.
const std::regex& NamedSecret() {
  static const std::regex pattern(
      R"re(([\w-]*(?:secret|token|password|passwd|api_?key|access_?key|sig|signature|credential)[\w-]*"?\s*[=:]\s*"?)[^\s"&,;}]+)re",
      std::regex::icase | std::regex::optimize);
  return pattern;
}

// Most texts hold nothing of the kind, and regular expressions are slow.
bool MayHoldSecret(const std::string& text) {
  return text.find_first_of("=:") != std::string::npos || text.find(' ') != std::string::npos;
}

}  // namespace

std::string Redact(const std::string& text) {
  if (!MayHoldSecret(text)) return text;
  const std::string once =
      std::regex_replace(text, SchemeAndCredential(), std::string("$1 ") + kHidden);
  return std::regex_replace(once, NamedSecret(), std::string("$1") + kHidden);
}

}  // namespace callimport::log
