#include "tools/callimport/text.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <iterator>

namespace callimport::cli {
namespace {

struct Glyph {
  std::string bytes;
  int columns = 0;
};

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

uint32_t CodePoint(const std::string& bytes) {
  const auto first = static_cast<unsigned char>(bytes[0]);
  if (bytes.size() == 1) return first;
  uint32_t point = first & (0x7Fu >> bytes.size());
  for (size_t i = 1; i < bytes.size(); ++i) {
    point = (point << 6) | (static_cast<unsigned char>(bytes[i]) & 0x3Fu);
  }
  return point;
}

// Without asking the locale, which people's machines set to anything.
int ColumnsOf(uint32_t point) {
  const auto in = [point](uint32_t first, uint32_t last) {
    return point >= first && point <= last;
  };
  if (in(0x300, 0x36F) || in(0x200B, 0x200F) || in(0xFE00, 0xFE0F) || in(0x20D0, 0x20FF)) return 0;
  const bool wide = in(0x1100, 0x115F) || in(0x2E80, 0xA4CF) || in(0xAC00, 0xD7A3) ||
                    in(0xF900, 0xFAFF) || in(0xFE30, 0xFE6F) || in(0xFF00, 0xFF60) ||
                    in(0xFFE0, 0xFFE6) || in(0x1F300, 0x1FAFF) || in(0x20000, 0x3FFFD);
  return wide ? 2 : 1;
}

bool IsControl(uint32_t point) { return point < 0x20 || (point >= 0x7F && point < 0xA0); }

std::vector<Glyph> Glyphs(const std::string& text) {
  std::vector<Glyph> glyphs;
  for (size_t start = 0; start < text.size();) {
    size_t end = start + 1;
    while (end < text.size() && end - start < 4 && IsContinuation(text[end])) ++end;
    const std::string bytes = text.substr(start, end - start);
    const uint32_t point = CodePoint(bytes);
    glyphs.push_back(IsControl(point) ? Glyph{" ", 1} : Glyph{bytes, ColumnsOf(point)});
    start = end;
  }
  return glyphs;
}

std::string Repeat(const char* text, int times) {
  std::string repeated;
  for (int i = 0; i < times; ++i) repeated += text;
  return repeated;
}

}  // namespace

int ColumnsOf(const std::string& text) {
  int columns = 0;
  for (const Glyph& glyph : Glyphs(text)) columns += glyph.columns;
  return columns;
}

std::string Fit(const std::string& text, int columns) {
  const std::vector<Glyph> glyphs = Glyphs(text);
  int needed = 0;
  for (const Glyph& glyph : glyphs) needed += glyph.columns;
  const bool cut = needed > columns;
  const int room = cut ? columns - 1 : columns;
  std::string fitted;
  int used = 0;
  for (const Glyph& glyph : glyphs) {
    if (used + glyph.columns > room) break;
    fitted += glyph.bytes;
    used += glyph.columns;
  }
  if (!cut || columns <= 0) return fitted;
  fitted.erase(fitted.find_last_not_of(' ') + 1);
  return fitted + "…";
}

std::string Pad(const std::string& text, int columns) {
  std::string padded = Fit(text, columns);
  return padded + std::string(static_cast<size_t>(std::max(0, columns - ColumnsOf(padded))), ' ');
}

std::string Clock(std::chrono::milliseconds duration) {
  const auto seconds = std::max<int64_t>(0, duration.count() / 1000);
  char text[32];
  if (seconds < 3600) {
    std::snprintf(text, sizeof text, "%d:%02d", static_cast<int>(seconds / 60),
                  static_cast<int>(seconds % 60));
  } else {
    std::snprintf(text, sizeof text, "%lld:%02d:%02d", static_cast<long long>(seconds / 3600),
                  static_cast<int>(seconds / 60 % 60), static_cast<int>(seconds % 60));
  }
  return text;
}

std::string Bytes(int64_t bytes) {
  static constexpr const char* kUnits[] = {"B", "KB", "MB", "GB", "TB"};
  auto size = static_cast<double>(bytes);
  size_t unit = 0;
  for (; size >= 999.5 && unit + 1 < std::size(kUnits); ++unit) size /= 1000;
  char text[32];
  std::snprintf(text, sizeof text, unit > 1 && size < 99.95 ? "%.1f %s" : "%.0f %s", size,
                kUnits[unit]);
  return text;
}

std::string Count(int64_t number, const std::string& singular) {
  return std::to_string(number) + " " + singular + (number == 1 ? "" : "s");
}

std::string Bar(int64_t done, int64_t total, int columns) {
  const double share =
      total > 0 ? std::clamp(static_cast<double>(done) / static_cast<double>(total), 0.0, 1.0) : 0;
  const int full = static_cast<int>(share * columns);
  return Repeat("█", full) + Repeat("░", columns - full);
}

std::string StateWords(const std::string& name, const std::string& prefix) {
  std::string words = name.starts_with(prefix) ? name.substr(prefix.size()) : name;
  for (char& c : words) {
    c = c == '_' ? ' ' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return words;
}

std::string Table(const std::vector<std::vector<std::string>>& rows, size_t shrinking, int width) {
  std::vector<int> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], ColumnsOf(row[i]));
  }
  int total = -2;  // no gap behind the last
  for (const int column : widths) total += column + 2;
  if (shrinking < widths.size() && total > width) {
    widths[shrinking] = std::max(10, widths[shrinking] - (total - width));
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) line += Pad(row[i], widths[i]) + "  ";
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string Highlight(const std::string& text) {
  std::string highlighted;
  for (size_t i = 0; i < text.size(); ++i) {
    const std::string pair = text.substr(i, 2);
    if (pair == "«" || pair == "»") {
      highlighted += pair == "«" ? "\x1b[1;33m" : "\x1b[0m";
      ++i;
    } else {
      highlighted += text[i];
    }
  }
  return highlighted;
}

}  // namespace callimport::cli
