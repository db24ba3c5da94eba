#include "services/media-pipeline/search/word_form.h"

#include <cctype>

namespace callimport::media_pipeline {
namespace {

std::vector<int> TakePositions(std::string_view& text) {
  std::vector<int> positions;
  int number = 0;
  for (; !text.empty() && text.front() != ' '; text.remove_prefix(1)) {
    const char c = text.front();
    if (c == ':' || c == ',') {
      positions.push_back(0);
      number = 0;
    } else if (std::isdigit(static_cast<unsigned char>(c)) && !positions.empty()) {
      number = number * 10 + (c - '0');
      positions.back() = number;
    }
  }
  return positions;
}

}  // namespace

// Quotes and backslashes inside are doubled.
std::string TakeLexeme(std::string_view& text) {
  std::string lexeme;
  text.remove_prefix(1);
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    const bool doubled = !text.empty() && text.front() == c;
    if (c == '\'' && !doubled) break;
    if ((c == '\'' || c == '\\') && doubled) text.remove_prefix(1);
    lexeme += c;
  }
  return lexeme;
}

std::vector<LexemePositions> ParseTsvector(std::string_view text) {
  std::vector<LexemePositions> parsed;
  while (!text.empty()) {
    if (text.front() != '\'') {
      text.remove_prefix(1);
      continue;
    }
    LexemePositions& entry = parsed.emplace_back();
    entry.lexeme = TakeLexeme(text);
    entry.positions = TakePositions(text);
  }
  return parsed;
}

std::string QuoteLexeme(std::string_view lexeme) {
  std::string quoted = "'";
  for (const char c : lexeme) {
    if (c == '\'' || c == '\\') quoted += c;
    quoted += c;
  }
  return quoted += '\'';
}

}  // namespace callimport::media_pipeline
