#include "services/media-pipeline/search/query_terms.h"

#include <cctype>

#include "services/media-pipeline/search/word_form.h"

namespace callimport::media_pipeline {
namespace {

// "<->" is a distance of one, "<3>" of three; 0 when there is none.
int TakeDistance(std::string_view& text) {
  const size_t end = text.find('>');
  const std::string_view inside = text.substr(1, end == std::string_view::npos ? end : end - 1);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  int distance = 0;
  for (const char c : inside) {
    if (std::isdigit(static_cast<unsigned char>(c))) distance = distance * 10 + (c - '0');
  }
  return inside == "-" ? 1 : distance;
}

}  // namespace

std::vector<QueryTerm> ParseQueryTerms(std::string_view tsquery) {
  std::vector<QueryTerm> terms;
  bool in_phrase = false;
  int distance = 0;
  while (!tsquery.empty()) {
    const char c = tsquery.front();
    if (c == '\'') {
      if (!in_phrase) terms.emplace_back();
      std::vector<QueryTerm::Part>& parts = terms.back().parts;
      const int before = parts.empty() ? 0 : parts.back().offset;
      parts.push_back({TakeLexeme(tsquery), before + (in_phrase ? distance : 0)});
      in_phrase = false;
    } else if (c == '<' && !terms.empty()) {
      distance = TakeDistance(tsquery);
      in_phrase = true;
    } else {
      tsquery.remove_prefix(1);
    }
  }
  return terms;
}

}  // namespace callimport::media_pipeline
