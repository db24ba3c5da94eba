// One flat JSON object, written from left to right. Inside libs/telemetry only.
#pragma once

#include <cstdint>
#include <string>

namespace callimport::log {

class JsonLine {
 public:
  void Add(const std::string& name, const std::string& value);
  void Add(const std::string& name, int64_t value);
  void Add(const std::string& name, double value);
  void Add(const std::string& name, bool value);

  // Closes the object.
  std::string Finish() &&;

 private:
  void AddName(const std::string& name);
  void AddQuoted(const std::string& text);

  std::string text_ = "{";
};

}  // namespace callimport::log
