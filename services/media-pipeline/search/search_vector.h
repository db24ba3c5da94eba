// Makes what PostgreSQL searches in.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/media-pipeline/search/lexicon.h"

namespace callimport::media_pipeline {

// What of one engagement can be found. The texts must outlive it.
struct Searchable {
  std::string workspace_id;
  std::string_view title;
  std::vector<std::string_view> spoken;
};

// The text form of
//   setweight(to_tsvector('english', title), 'A') || to_tsvector('english', spoken)
// with the workspace as a lexeme of its own, for each of them.
absl::StatusOr<std::vector<std::string>> MakeSearchVectors(Lexicon& lexicon,
                                                           const std::vector<Searchable>& items);

}  // namespace callimport::media_pipeline
