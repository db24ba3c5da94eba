// A program that runs beside the test, and ends with it whatever happens.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace callimport::e2e {

class Process {
 public:
  // Output and errors are appended to `log_file`. The working directory is `folder`.
  Process(const std::string& program, const std::vector<std::string>& arguments,
          const std::string& folder, const std::string& log_file);
  // Kills it if it still runs.
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }
  bool IsRunning();
  void Terminate();
  // kill -9, and until it is gone.
  void Kill();

  // The exit code; 128 + signal when a signal ended it. Nothing when it still runs afterwards.
  std::optional<int> WaitForExit(std::chrono::milliseconds patience);

 private:
  void Reap(int options);

  pid_t pid_;
  std::optional<int> exit_code_;
};

}  // namespace callimport::e2e
