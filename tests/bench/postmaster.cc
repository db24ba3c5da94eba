#include "tests/bench/postmaster.h"

#include <cstdlib>
#include <exception>
#include <fstream>
#include <pqxx/pqxx>
#include <string>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "tests/bench/process_usage.h"

namespace callimport::bench {
namespace {

std::string NameOf(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/comm");
  std::string name;
  std::getline(file, name);
  return name;
}

pid_t BackendOf(pqxx::connection& connection) {
  return pqxx::nontransaction(connection).exec1("SELECT pg_backend_pid()")[0].as<pid_t>();
}

}  // namespace

absl::StatusOr<pid_t> FindPostmaster() {
  const char* const server = std::getenv("CALLIMPORT_TEST_POSTGRES");
  const auto elsewhere =
      Error(absl::StatusCode::kNotFound, "NOT_HERE", "PostgreSQL does not run on this machine");
  try {
    pqxx::connection connection(std::string(server ? server : "") + " dbname=postgres");
    const pid_t backend = BackendOf(connection);
    if (NameOf(backend) != "postgres") return elsewhere;
    ASSIGN_OR_RETURN(const pid_t postmaster, ParentOf(backend));
    if (NameOf(postmaster) != "postgres") return elsewhere;
    return postmaster;
  } catch (const std::exception&) {
    return elsewhere;
  }
}

}  // namespace callimport::bench
