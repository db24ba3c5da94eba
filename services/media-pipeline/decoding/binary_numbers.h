// Numbers as the containers write them. Beyond the end every byte reads as zero.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace callimport::media_pipeline {

inline uint8_t ByteAt(std::string_view bytes, size_t at) {
  return at < bytes.size() ? static_cast<uint8_t>(bytes[at]) : uint8_t{0};
}

inline uint64_t BigEndian(std::string_view bytes, size_t at, size_t width) {
  uint64_t value = 0;
  for (size_t i = 0; i < width; ++i) value = (value << 8) | ByteAt(bytes, at + i);
  return value;
}

inline uint64_t LittleEndian(std::string_view bytes, size_t at, size_t width) {
  uint64_t value = 0;
  for (size_t i = width; i > 0; --i) value = (value << 8) | ByteAt(bytes, at + i - 1);
  return value;
}

inline uint32_t BigEndian32(std::string_view bytes, size_t at) {
  return static_cast<uint32_t>(BigEndian(bytes, at, 4));
}

inline uint32_t LittleEndian32(std::string_view bytes, size_t at) {
  return static_cast<uint32_t>(LittleEndian(bytes, at, 4));
}

}  // namespace callimport::media_pipeline
