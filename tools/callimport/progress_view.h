// How an import looks, as pure functions of its status.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "callimport/status_tracker/v1/progress.pb.h"

namespace callimport::cli {

struct Canvas {
  int width = 80;
  bool color = false;
};

// Several lines with bars. `age`: how long ago the status was received; the clocks run on.
std::vector<std::string> ProgressLines(const status_tracker::v1::ImportStatus& status,
                                       std::chrono::milliseconds age, const Canvas& canvas);

// One line, for logs and pipes.
std::string ProgressLine(const status_tracker::v1::ImportStatus& status);

// "window until 2026-11-22 19:00 UTC": what it waits for now; empty: for nothing.
std::string WaitText(const status_tracker::v1::ImportStatus& status);

// 0 completed, 1 failed or cancelled, 3 partly.
int ExitCodeOf(common::v1::JobState state);

}  // namespace callimport::cli
