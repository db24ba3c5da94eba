#include "libs/rpc/periodic_task.h"

#include <exception>
#include <utility>

#include "libs/telemetry/log.h"

namespace callimport::rpc {
namespace {

absl::Status RunOnce(const std::function<absl::Status()>& task) {
  try {
    return task();
  } catch (const std::exception& error) {
    return absl::InternalError(error.what());
  }
}

}  // namespace

PeriodicTask::PeriodicTask(std::chrono::milliseconds period, std::string name,
                           std::function<absl::Status()> task)
    : period_(period), name_(std::move(name)), task_(std::move(task)) {}

PeriodicTask::~PeriodicTask() { Stop(); }

void PeriodicTask::Start() {
  if (!thread_.joinable()) thread_ = std::thread([this] { Run(); });
}

void PeriodicTask::Stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void PeriodicTask::Run() {
  do {
    const absl::Status status = RunOnce(task_);
    if (!status.ok()) {
      log::Warning("a periodic task failed", {{"task", name_}, {"status", status}});
    }
  } while (WaitForNext());
}

bool PeriodicTask::WaitForNext() {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, period_, [this] { return stopping_; });
  return !stopping_;
}

}  // namespace callimport::rpc
