// Where a transaction stands, told to whoever simulates crashes: nothing but tests listens.
#pragma once

#include <functional>

namespace callimport::postgres {

enum class Boundary {
  // Nothing is done yet.
  kBegun,
  // All is done, and nothing is kept.
  kBeforeCommit,
  // All is kept, and nobody knows.
  kAfterCommit,
};

// Until it is destroyed, told of every boundary of the transactions of this thread. What it throws,
// unless it is a std::exception, leaves Transact as if the process had ended there.
class BoundaryListener {
 public:
  explicit BoundaryListener(std::function<void(Boundary)> listen);
  BoundaryListener(const BoundaryListener&) = delete;
  BoundaryListener& operator=(const BoundaryListener&) = delete;
  ~BoundaryListener();

  // Tells the one of this thread, if there is one.
  static void Tell(Boundary boundary);

 private:
  std::function<void(Boundary)> listen_;
  BoundaryListener* const before_;
};

}  // namespace callimport::postgres
