#include "libs/rpc/periodic_task.h"

#include <gtest/gtest.h>

#include <latch>
#include <stdexcept>

namespace callimport::rpc {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

TEST(PeriodicTaskTest, RunsAtOnceAndAgain) {
  std::latch three_runs(3);
  int runs = 0;
  PeriodicTask task(milliseconds(1), "counting", [&] {
    if (++runs <= 3) three_runs.count_down();
    return absl::OkStatus();
  });

  task.Start();

  three_runs.wait();
}

TEST(PeriodicTaskTest, GoesOnAfterFailuresOfEitherKind) {
  std::latch three_runs(3);
  int runs = 0;
  PeriodicTask task(milliseconds(1), "failing", [&]() -> absl::Status {
    if (++runs <= 3) three_runs.count_down();
    if (runs == 1) throw std::runtime_error("broken");
    return absl::UnavailableError("not now");
  });

  task.Start();

  three_runs.wait();
}

TEST(PeriodicTaskTest, StopsWithoutWaitingForItsPeriod) {
  std::latch ran(1);
  PeriodicTask task(hours(1), "rare", [&] {
    ran.count_down();
    return absl::OkStatus();
  });
  task.Start();
  ran.wait();

  task.AskToStop();
  task.Join();
}

TEST(PeriodicTaskTest, NeedNotBeStarted) {
  PeriodicTask task(hours(1), "never", [] { return absl::OkStatus(); });
  task.AskToStop();
  task.Join();
}

}  // namespace
}  // namespace callimport::rpc
