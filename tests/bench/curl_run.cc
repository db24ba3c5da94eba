#include "tests/bench/curl_run.h"

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <system_error>

#include "libs/common/errors.h"

namespace callimport::bench {
namespace {

namespace fs = std::filesystem;

// In a file, because addresses are signed and command lines can be read by everybody.
fs::path WriteConfig(const std::vector<std::string>& addresses, const fs::path& folder) {
  const fs::path file = folder / "curl.config";
  std::ofstream config(file);
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
  for (size_t i = 0; i < addresses.size(); ++i) {
    config << "url = \"" << addresses[i] << "\"\n"
           << "output = \"" << (folder / std::to_string(i)).string() << "\"\n";
  }
  return file;
}

int64_t BytesIn(const fs::path& folder) {
  int64_t bytes = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    bytes += static_cast<int64_t>(entry.file_size());
  }
  return bytes;
}

}  // namespace

absl::StatusOr<CurlRun> FetchWithCurl(const std::vector<std::string>& addresses, int side_by_side,
                                      const fs::path& folder) {
  const fs::path here = folder / "curl";
  fs::create_directory(here);
  const fs::path config = WriteConfig(addresses, here);
  const std::string command =
      "curl --disable --noproxy '*' --fail --silent --show-error --no-progress-meter " +
      (side_by_side > 1
           ? "--parallel --parallel-immediate --parallel-max " + std::to_string(side_by_side) + " "
           : std::string()) +
      "--config '" + config.string() + "'";

  const auto begin = std::chrono::steady_clock::now();
  const int result = std::system(command.c_str());
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();

  fs::remove(config);
  const CurlRun run{.bytes = BytesIn(here), .seconds = seconds};
  fs::remove_all(here);
  if (result != 0) {
    return Error(absl::StatusCode::kFailedPrecondition, "CURL_FAILED",
                 "curl could not fetch the recordings");
  }
  return run;
}

}  // namespace callimport::bench
