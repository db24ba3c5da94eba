// Anchors in a file: append-only (chattr +a is fine with it), synced line by line. Replicas on one
// machine may share it. It belongs on a disk that the database server cannot write.
#pragma once

#include <string>

#include "libs/audit/anchor_target.h"

namespace callimport::audit {

class AnchorFile final : public AnchorTarget {
 public:
  // Made at the first append; its folder must exist.
  explicit AnchorFile(std::string path);

  absl::Status Append(const std::string& line) override;
  absl::StatusOr<std::unique_ptr<AnchorLines>> Open() override;

 private:
  const std::string path_;
};

}  // namespace callimport::audit
