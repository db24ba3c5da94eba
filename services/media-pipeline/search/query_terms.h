// What a query asks for, as far as it has to occur.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace callimport::media_pipeline {

// One lexeme, or a phrase of several, each at its distance from the first.
struct QueryTerm {
  struct Part {
    std::string lexeme;
    int offset = 0;
  };
  std::vector<Part> parts;
};

// From the text of a tsquery without negations: 'price' & ( 'new' <-> 'york' | 'discount' ).
std::vector<QueryTerm> ParseQueryTerms(std::string_view tsquery);

}  // namespace callimport::media_pipeline
