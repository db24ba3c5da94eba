#include "libs/rpc/periodic_task.h"

#include <pthread.h>

#include <exception>
#include <utility>

#include "libs/common/errors.h"
#include "libs/common/ids.h"
#include "libs/telemetry/correlation.h"
#include "libs/telemetry/log.h"

namespace callimport::rpc {
namespace {

absl::Status RunOrCatch(const std::function<absl::Status()>& task) try {
  return task();
} catch (const std::exception& problem) {
  return Error(absl::StatusCode::kInternal, "UNEXPECTED_EXCEPTION", problem.what());
} catch (...) {
  return Error(absl::StatusCode::kInternal, "UNEXPECTED_EXCEPTION", "of no known type");
}

}  // namespace

PeriodicTask::PeriodicTask(std::chrono::milliseconds period, std::string name,
                           std::function<absl::Status()> task)
    : period_(period),
      name_(std::move(name)),
      task_(std::move(task)),
      failures_("periodic_task_failures_total", "Runs of a periodic task that failed",
                {{"task", name_}}) {}

PeriodicTask::~PeriodicTask() {
  AskToStop();
  Join();
}

void PeriodicTask::Start() {
  thread_ = std::thread([this] { Loop(); });
}

void PeriodicTask::AskToStop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stopped_.notify_all();
}

void PeriodicTask::Join() {
  if (thread_.joinable()) thread_.join();
}

void PeriodicTask::Loop() {
  pthread_setname_np(pthread_self(), name_.substr(0, 15).c_str());
  if (stopping()) return;
  do {
    RunOnce();
  } while (WaitForNext());
}

void PeriodicTask::RunOnce() {
  const CorrelationScope scope(NewUuid());
  const absl::Status status = RunOrCatch(task_);
  if (status.ok()) return;
  failures_.Add();
  log::Warning("periodic task failed", {{"task", name_}, {"status", status}});
}

bool PeriodicTask::WaitForNext() {
  std::unique_lock lock(mutex_);
  return !stopped_.wait_for(lock, period_, [this] { return stopping_; });
}

bool PeriodicTask::stopping() {
  std::lock_guard lock(mutex_);
  return stopping_;
}

}  // namespace callimport::rpc
