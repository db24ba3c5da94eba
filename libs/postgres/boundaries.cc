#include "libs/postgres/boundaries.h"

#include <utility>

namespace callimport::postgres {
namespace {

thread_local BoundaryListener* listener = nullptr;

}  // namespace

BoundaryListener::BoundaryListener(std::function<void(Boundary)> listen)
    : listen_(std::move(listen)), before_(std::exchange(listener, this)) {}

BoundaryListener::~BoundaryListener() { listener = before_; }

void BoundaryListener::Tell(Boundary boundary) {
  if (listener != nullptr) listener->listen_(boundary);
}

}  // namespace callimport::postgres
