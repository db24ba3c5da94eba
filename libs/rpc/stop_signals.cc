#include "libs/rpc/stop_signals.h"

#include <signal.h>

namespace callimport::rpc {
namespace {

sigset_t StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

}  // namespace

void BlockStopSignals() {
  const sigset_t signals = StopSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

const char* WaitForStopSignal() {
  const sigset_t signals = StopSignals();
  int arrived = 0;
  while (sigwait(&signals, &arrived) != 0) {
  }
  return arrived == SIGTERM ? "SIGTERM" : "SIGINT";
}

}  // namespace callimport::rpc
