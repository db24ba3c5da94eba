// fake-vendors: telephony vendors for tests and demonstrations, on the loopback interface.

#include <csignal>
#include <iostream>

#include "absl/synchronization/mutex.h"
#include "tests/fake_vendors/fake_vendors.h"

namespace callimport::fake_vendors {
namespace {

int Run(const std::vector<std::string>& arguments) {
  const absl::StatusOr<Options> options = ParseOptions(arguments, SystemClock().Now());
  if (!options.ok()) {
    std::cerr << "fake-vendors: " << options.status().message() << "\n" << Usage();
    return 2;
  }
  if (options->help) {
    std::cout << Usage();
    return 0;
  }
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  const auto vendors = FakeVendors::Start(*options);
  if (!vendors.ok()) {
    std::cerr << "fake-vendors: " << vendors.status().message() << "\n";
    return 1;
  }
  std::cout << "fake-vendors: Gong with " << (*vendors)->gong().book().size() << " calls on "
            << (*vendors)->base_url() << std::endl;
  int signal = 0;
  sigwait(&signals, &signal);
  return 0;
}

}  // namespace
}  // namespace callimport::fake_vendors

int main(int argc, char** argv) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  return callimport::fake_vendors::Run({argv + 1, argv + argc});
}
