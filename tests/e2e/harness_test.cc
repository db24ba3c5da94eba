// What the end-to-end tests stand on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <set>

#include "tests/e2e/eventually.h"
#include "tests/e2e/process.h"
#include "tests/e2e/service_config.h"

namespace callimport::e2e {
namespace {

using ::testing::Optional;
using namespace std::chrono_literals;

TEST(Process, TellsItsExitCode) {
  Process process("/bin/sh", {"-c", "exit 7"}, "/", "/dev/null");
  EXPECT_THAT(process.WaitForExit(10s), Optional(7));
}

TEST(Process, TellsTheSignalThatEndedIt) {
  Process process("/bin/sleep", {"60"}, "/", "/dev/null");
  EXPECT_TRUE(process.IsRunning());

  process.Terminate();

  EXPECT_THAT(process.WaitForExit(10s), Optional(128 + 15));
}

TEST(Process, IsGoneOnceKilled) {
  Process process("/bin/sleep", {"60"}, "/", "/dev/null");
  process.Kill();
  EXPECT_FALSE(process.IsRunning());
  process.Kill();  // twice is fine
}

TEST(Eventually, GivesUpWhenPatienceIsOver) {
  EXPECT_FALSE(Eventually(30ms, [] { return false; }));
  EXPECT_TRUE(Eventually(0ms, [] { return true; }));
}

TEST(Always, StopsAtTheFirstException) {
  std::atomic<int> looks = 0;
  EXPECT_FALSE(Always(10s, [&] { return ++looks < 3; }));
  EXPECT_EQ(looks, 3);
}

TEST(Ports, AreAllDifferent) {
  std::set<int> seen;
  for (const auto& [service, ports] : PickPorts()) {
    seen.insert(ports.rpc);
    seen.insert(ports.metrics);
  }
  EXPECT_EQ(seen.size(), 2 * kServices.size());
}

}  // namespace
}  // namespace callimport::e2e
