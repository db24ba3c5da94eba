#include "tests/fake_vendors/json_writer.h"

#include <cstdio>

namespace callimport::fake_vendors {
namespace {

void AppendEscaped(std::string& json, char c) {
  if (c == '"' || c == '\\') {
    json += '\\';
    json += c;
  } else if (static_cast<unsigned char>(c) < 0x20) {
    char escape[8];
    std::snprintf(escape, sizeof(escape), "\\u%04x", static_cast<unsigned>(c));
    json += escape;
  } else {
    json += c;
  }
}

}  // namespace

void JsonWriter::Separate() {
  if (needs_comma_) json_ += ',';
  needs_comma_ = true;
}

JsonWriter& JsonWriter::Key(std::string_view name) {
  Text(name);
  json_ += ':';
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::Text(std::string_view text) {
  Separate();
  json_ += '"';
  for (const char c : text) AppendEscaped(json_, c);
  json_ += '"';
  return *this;
}

JsonWriter& JsonWriter::Raw(std::string_view text) {
  Separate();
  json_ += text;
  return *this;
}

JsonWriter& JsonWriter::Open(char bracket) {
  Separate();
  json_ += bracket;
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::Close(char bracket) {
  json_ += bracket;
  needs_comma_ = true;
  return *this;
}

}  // namespace callimport::fake_vendors
