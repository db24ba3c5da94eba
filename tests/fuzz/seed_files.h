// The seeds of a fuzzer, kept as files.
#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace callimport::fuzz {

inline std::string SeedIn(const std::filesystem::path& path) {
  const std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

inline std::vector<std::string> SeedFilesOf(const std::string& fuzzer) {
  std::vector<std::string> seeds;
  for (const auto& entry : std::filesystem::directory_iterator(SEEDS_DIR "/" + fuzzer)) {
    seeds.push_back(SeedIn(entry.path()));
  }
  return seeds;
}

}  // namespace callimport::fuzz
