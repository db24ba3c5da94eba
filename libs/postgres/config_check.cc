#include "libs/postgres/config_check.h"

#include <libpq-fe.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <memory>
#include <string>

#include "libs/common/errors.h"

namespace callimport::postgres {
namespace {

// Longer names would be cut.
constexpr size_t kMaxNameBytes = 63;

absl::Status Wrong(const std::string& field, const std::string& reason) {
  return Error(absl::StatusCode::kInvalidArgument, "CONFIG_INVALID",
               "database." + field + ": " + reason);
}

bool IsName(const std::string& name) {
  return !name.empty() && name.size() <= kMaxNameBytes &&
         std::isdigit(static_cast<unsigned char>(name.front())) == 0 &&
         std::ranges::all_of(
             name, [](unsigned char c) { return std::islower(c) || std::isdigit(c) || c == '_'; });
}

// No address: the pool adds words of its own. libpq's own words could repeat a part of what may be
// a password.
bool IsConnectionString(const std::string& text) {
  if (text.find("://") < text.find('=')) return false;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
      PQconninfoParse(text.c_str(), nullptr), &PQconninfoFree);
  return options != nullptr;
}

}  // namespace

absl::Status CheckConfig(const Config& config) {
  if (config.connection().empty()) return Wrong("connection", "is missing");
  if (!IsConnectionString(config.connection())) {
    return Wrong("connection", "must be like \"host=/run/postgresql user=me dbname=callimport\"");
  }
  if (!IsName(config.schema())) {
    return Wrong("schema", "must be a name of small letters, digits and '_'");
  }
  if (!config.password_file().empty() && !std::ifstream(config.password_file()).is_open()) {
    return Wrong("password_file", "cannot read " + config.password_file());
  }
  if (config.max_connections() < 0) return Wrong("max_connections", "must not be negative");
  return absl::OkStatus();
}

}  // namespace callimport::postgres
