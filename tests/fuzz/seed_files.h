// The seeds of a fuzzer, kept as files.
#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace callimport::fuzz {

inline std::vector<std::string> SeedFilesOf(const std::string& fuzzer) {
  std::vector<std::string> seeds;
  for (const auto& entry : std::filesystem::directory_iterator(SEEDS_DIR "/" + fuzzer)) {
    const std::ifstream file(entry.path(), std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    seeds.push_back(text.str());
  }
  return seeds;
}

}  // namespace callimport::fuzz
