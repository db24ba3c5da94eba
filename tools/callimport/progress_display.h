// Shows what a watch receives: live on a terminal, as lines in a pipe, as JSON where asked.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "callimport/status_tracker/v1/progress.pb.h"
#include "tools/callimport/session.h"

namespace callimport::cli {

class ProgressDisplay {
 public:
  virtual ~ProgressDisplay() = default;
  virtual void Show(const status_tracker::v1::ImportStatus& status) = 0;
  // Time went on, and nothing else.
  virtual void Tick() {}
  // Something about the watch itself, such as a lost connection.
  virtual void Note(const std::string& text) = 0;
  virtual void Finish(const status_tracker::v1::ImportStatus& status) = 0;
};

std::unique_ptr<ProgressDisplay> MakeDisplay(Session& session);

}  // namespace callimport::cli
