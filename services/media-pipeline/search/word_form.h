// What PostgreSQL's English dictionary makes of one written word.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace callimport::media_pipeline {

// "follow-up" is one written word of three positions with a lexeme at each; "the" is one position
// without a lexeme.
struct WordForm {
  struct Lexeme {
    std::shared_ptr<const std::string> text;
    int offset = 0;  // from the word's first position
  };
  std::vector<Lexeme> lexemes;
  int positions = 0;
};

// A tsvector as text ('fat':2 'rat':3A,5), taken apart; weights are left out.
struct LexemePositions {
  std::string lexeme;
  std::vector<int> positions;
};
std::vector<LexemePositions> ParseTsvector(std::string_view text);

// Takes a quoted lexeme from the front of the text of a tsvector or tsquery.
std::string TakeLexeme(std::string_view& text);

// The lexeme as a tsvector or tsquery writes it: quoted.
std::string QuoteLexeme(std::string_view lexeme);

}  // namespace callimport::media_pipeline
