// The checked-in recordings, and their damaged kin.
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "services/media-pipeline/decoding/byte_source.h"

namespace callimport::media_pipeline {

inline std::string SamplePath(const std::string& name) {
  return std::string(CALLIMPORT_MEDIA_SAMPLES) + "/" + name;
}

inline std::string ReadSample(const std::string& name) {
  std::ifstream file(SamplePath(name), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Every sample, one per container.
inline std::vector<std::string> SampleNames() {
  return {"speech.mp3", "speech.m4a", "speech.mp4", "speech.mov", "speech.webm",
          "video.webm", "speech.ogg", "hello.wav",  "hello.flac"};
}

// A recording in memory that counts how often, and how much of it, was read.
class MemoryBytes final : public ByteSource {
 public:
  explicit MemoryBytes(std::string bytes) : bytes_(std::move(bytes)) {}

  uint64_t size() const override { return bytes_.size(); }
  std::string Read(uint64_t offset, size_t length) override {
    ++reads;
    std::string read = offset < bytes_.size() ? bytes_.substr(offset, length) : "";
    bytes_read += read.size();
    return read;
  }

  int reads = 0;
  size_t bytes_read = 0;

 private:
  std::string bytes_;
};

// A file that goes away with the test.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& content) {
    std::string name = std::filesystem::temp_directory_path() / "recording-XXXXXX";
    ::close(::mkstemp(name.data()));
    path_ = name;
    std::ofstream(path_, std::ios::binary) << content;
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// A WAV file of 16-bit mono samples.
inline std::string WavOf(const std::string& pcm, uint32_t rate = 16000) {
  const auto number = [](uint32_t value, int width) {
    std::string bytes;
    for (int i = 0; i < width; ++i) bytes.push_back(static_cast<char>(value >> (8 * i)));
    return bytes;
  };
  const auto size = static_cast<uint32_t>(pcm.size());
  return "RIFF" + number(36 + size, 4) + "WAVEfmt " + number(16, 4) + number(1, 2) + number(1, 2) +
         number(rate, 4) + number(rate * 2, 4) + number(2, 2) + number(16, 2) + "data" +
         number(size, 4) + pcm;
}

}  // namespace callimport::media_pipeline
