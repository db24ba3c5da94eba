#include "tests/bench/fake_vendor_process.h"

#include <chrono>
#include <fstream>
#include <iterator>

#include "libs/common/errors.h"
#include "tests/e2e/eventually.h"
#include "tests/e2e/suite.h"

namespace callimport::bench {
namespace {

constexpr std::chrono::seconds kStartPatience(10);

// What it prints once it listens: "fake-vendors: Gong with 9 calls on http://127.0.0.1:4711".
std::string FindAddress(const std::string& log_file) {
  std::ifstream stream(log_file);
  const std::string log{std::istreambuf_iterator<char>(stream), {}};
  const size_t begin = log.find("http://");
  const size_t end = log.find('\n', begin);
  if (begin == std::string::npos || end == std::string::npos) return "";
  return log.substr(begin, end - begin);
}

}  // namespace

FakeVendorProcess::FakeVendorProcess(int64_t calls, int64_t media_bytes)
    : process_(e2e::Suite::ProgramOf("fake-vendors"),
               {"--port=0", "--gong-calls=" + std::to_string(calls), "--media=bytes",
                "--media-bytes=" + std::to_string(media_bytes), "--no-transcript-share=0"},
               folder_.path(), LogFile()) {}

absl::StatusOr<std::unique_ptr<FakeVendorProcess>> FakeVendorProcess::Start(int64_t calls,
                                                                            int64_t media_bytes) {
  std::unique_ptr<FakeVendorProcess> started(new FakeVendorProcess(calls, media_bytes));
  const std::string log_file = started->LogFile();
  e2e::Eventually(kStartPatience, [&] {
    started->vendor_.url = FindAddress(log_file);
    return !started->vendor_.url.empty() || !started->process_.IsRunning();
  });
  if (started->vendor_.url.empty()) {
    return Error(absl::StatusCode::kUnavailable, "NOT_STARTED", "fake-vendors did not start");
  }
  started->vendor_.key = Secret("fake-access-key");
  started->vendor_.secret = Secret("fake-access-key-secret");
  return started;
}

}  // namespace callimport::bench
