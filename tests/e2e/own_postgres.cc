#include "tests/e2e/own_postgres.h"

#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

namespace callimport::e2e {
namespace {

constexpr char kVariable[] = "CALLIMPORT_TEST_POSTGRES";

std::filesystem::path NewFolder() {
  return std::filesystem::temp_directory_path() / ("e2e-postgres-" + std::to_string(getpid()));
}

}  // namespace

OwnPostgres::OwnPostgres() : folder_(NewFolder()) {
  std::filesystem::create_directories(folder_);
  Start();
  if (const char* former = std::getenv(kVariable)) former_ = former;
  const std::string server =
      "host=" + (folder_ / "postgres" / "socket").string() + " user=postgres";
  setenv(kVariable, server.c_str(), 1);
}

OwnPostgres::~OwnPostgres() {
  try {
    Stop();
  } catch (const std::exception&) {
    // What is left of it does no harm.
  }
  if (former_) setenv(kVariable, former_->c_str(), 1);
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void OwnPostgres::Run(const std::string& action) const {
  const std::string command =
      CALLIMPORT_SOURCE_DIR "/deploy/local/postgres.sh " + action + " " + folder_.string();
  if (std::system(command.c_str()) != 0) throw std::runtime_error("cannot " + command);
}

}  // namespace callimport::e2e
