// A program that runs for us, with a pipe from its standard output.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace callimport::media_pipeline {

class ChildProcess {
 public:
  // `input` becomes its standard input; nothing else of ours is handed on, no environment either.
  static absl::StatusOr<std::unique_ptr<ChildProcess>> Start(
      const std::string& program, const std::vector<std::string>& arguments, int input);
  // Kills what still runs, and waits for its end.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // The reading end of its standard output.
  int output() const { return output_; }

  // Waits for its end, which comes soon after it has closed its output; a child that lingers is
  // killed. The status is as waitpid tells it.
  int Wait();

 private:
  ChildProcess(pid_t process, int output) : process_(process), output_(output) {}

  int Reap();

  pid_t process_;
  int output_;
  bool ended_ = false;
  int wait_status_ = 0;
};

}  // namespace callimport::media_pipeline
