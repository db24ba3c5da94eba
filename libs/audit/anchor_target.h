// Where anchors of an audit log are kept: outside the database, so that whoever can change its rows
// cannot change these too. Lines of text, only ever appended.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace callimport::audit {

// Reads the lines that were there when it was opened, oldest first.
class AnchorLines {
 public:
  virtual ~AnchorLines() = default;
  // Nothing after the last one.
  virtual absl::StatusOr<std::optional<std::string>> Next() = 0;
};

class AnchorTarget {
 public:
  virtual ~AnchorTarget() = default;
  // Durable when it returns. The line has no line break.
  virtual absl::Status Append(const std::string& line) = 0;
  virtual absl::StatusOr<std::unique_ptr<AnchorLines>> Open() = 0;
};

}  // namespace callimport::audit
