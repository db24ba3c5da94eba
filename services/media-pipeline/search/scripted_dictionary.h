// A dictionary of few words, for tests without a database: "the" is a stop word, a final s is
// dropped, and words with a hyphen are two.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "services/media-pipeline/search/lexicon.h"

namespace callimport::media_pipeline {

inline constexpr char kScriptedMark[] = "mark";

inline std::string ScriptedAnswer(std::string word) {
  std::string answer;
  int position = 0;
  while (!word.empty()) {
    const size_t hyphen = word.find('-');
    std::string part = word.substr(0, hyphen);
    word.erase(0, hyphen == std::string::npos ? word.size() : hyphen + 1);
    ++position;
    for (char& c : part) c = static_cast<char>(std::tolower(c));
    if (part == "the") continue;
    if (part.size() > 1 && part.back() == 's') part.pop_back();
    answer += QuoteLexeme(part) + ":" + std::to_string(position) + " ";
  }
  return answer + "'" + kScriptedMark + "':" + std::to_string(position + 1);
}

// Counts the words it was asked for.
inline std::unique_ptr<Lexicon> MakeScriptedLexicon(std::atomic<size_t>* asked = nullptr) {
  return std::make_unique<Lexicon>(
      [asked](const std::vector<std::string>& words) -> absl::StatusOr<std::vector<std::string>> {
        if (asked != nullptr) *asked += words.size();
        std::vector<std::string> answers;
        for (const std::string& word : words) answers.push_back(ScriptedAnswer(word));
        return answers;
      },
      kScriptedMark);
}

}  // namespace callimport::media_pipeline
