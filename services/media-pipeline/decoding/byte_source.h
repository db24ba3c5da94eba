// The bytes of a recording, read where a format keeps its facts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace callimport::media_pipeline {

class ByteSource {
 public:
  virtual ~ByteSource() = default;

  virtual uint64_t size() const = 0;

  // Up to `length` bytes from `offset` on; fewer only where the recording ends.
  virtual std::string Read(uint64_t offset, size_t length) = 0;
};

}  // namespace callimport::media_pipeline
