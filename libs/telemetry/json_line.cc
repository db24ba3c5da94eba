#include "libs/telemetry/json_line.h"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace callimport::log {
namespace {

constexpr char kReplacement[] = "\\ufffd";

bool IsContinuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

// The length of the UTF-8 character at `place`, or 0 when there is none.
size_t CharacterLength(const std::string& text, size_t place) {
  const auto first = static_cast<unsigned char>(text[place]);
  if (first < 0x80) return 1;
  const size_t length = first >= 0xC2 && first < 0xE0   ? 2
                        : first >= 0xE0 && first < 0xF0 ? 3
                        : first >= 0xF0 && first < 0xF5 ? 4
                                                        : 0;
  if (place + length > text.size()) return 0;
  for (size_t i = 1; i < length; ++i) {
    if (!IsContinuation(text[place + i])) return 0;
  }
  return length;
}

void AppendControl(std::string& out, char control) {
  static constexpr char kDigits[] = "0123456789abcdef";
  switch (control) {
    case '\n':
      out += "\\n";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\r':
      out += "\\r";
      return;
    default:
      break;
  }
  const auto code = static_cast<unsigned char>(control);
  out += "\\u00";
  out += kDigits[code >> 4];
  out += kDigits[code & 0xF];
}

}  // namespace

void JsonLine::AddQuoted(const std::string& text) {
  text_ += '"';
  for (size_t place = 0; place < text.size();) {
    const size_t length = CharacterLength(text, place);
    const char c = text[place];
    if (length == 0) {
      text_ += kReplacement;
    } else if (c == '"' || c == '\\') {
      text_ += {'\\', c};
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      AppendControl(text_, c);
    } else {
      text_.append(text, place, length);
    }
    place += length == 0 ? 1 : length;
  }
  text_ += '"';
}

void JsonLine::AddName(const std::string& name) {
  if (text_.size() > 1) text_ += ',';
  AddQuoted(name);
  text_ += ':';
}

void JsonLine::Add(const std::string& name, const std::string& value) {
  AddName(name);
  AddQuoted(value);
}

void JsonLine::Add(const std::string& name, int64_t value) {
  AddName(name);
  text_ += std::to_string(value);
}

void JsonLine::Add(const std::string& name, double value) {
  AddName(name);
  if (!std::isfinite(value)) {
    text_ += "null";
    return;
  }
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  text_.append(digits.data(), end);
}

void JsonLine::Add(const std::string& name, bool value) {
  AddName(name);
  text_ += value ? "true" : "false";
}

std::string JsonLine::Finish() && {
  text_ += '}';
  return std::move(text_);
}

}  // namespace callimport::log
