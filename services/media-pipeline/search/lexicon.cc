#include "services/media-pipeline/search/lexicon.h"

#include <algorithm>
#include <mutex>
#include <set>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"

namespace callimport::media_pipeline {
namespace {

// Some 30 MB when full. English has fewer words than that; numbers and names go on for ever.
constexpr size_t kMaxWords = 200'000;
// What is longer is no word that anybody searches for.
constexpr size_t kMaxWordBytes = 200;

constexpr std::string_view kSpaces(" \t\r\n\v\f\0", 7);
constexpr std::string_view kBefore = "(\"'[";
constexpr std::string_view kAfter = ".,;:!?)\"']";

}  // namespace

std::vector<std::string_view> SplitWords(std::string_view text) {
  std::vector<std::string_view> words;
  while (true) {
    const size_t begin = text.find_first_not_of(kSpaces);
    if (begin == std::string_view::npos) return words;
    text.remove_prefix(begin);
    std::string_view word = text.substr(0, text.find_first_of(kSpaces));
    text.remove_prefix(word.size());
    word.remove_prefix(std::min(word.find_first_not_of(kBefore), word.size()));
    word = word.substr(0, word.find_last_not_of(kAfter) + 1);
    if (!word.empty() && word.size() <= kMaxWordBytes) words.push_back(word);
  }
}

absl::StatusOr<std::vector<WordFormPtr>> Lexicon::Find(const std::vector<std::string_view>& words) {
  std::vector<WordFormPtr> forms;
  const std::vector<std::string> unknown = Unknown(words, forms);
  if (unknown.empty()) return forms;
  RETURN_IF_ERROR(Learn(unknown));
  if (Unknown(words, forms).empty()) return forms;
  return Error(absl::StatusCode::kUnavailable, "DICTIONARY_CROWDED",
               "the dictionary was emptied while it was read");
}

std::vector<std::string> Lexicon::Unknown(const std::vector<std::string_view>& words,
                                          std::vector<WordFormPtr>& forms) {
  forms.clear();
  forms.reserve(words.size());
  std::set<std::string> unknown;
  const std::shared_lock lock(mutex_);
  for (const std::string_view word : words) {
    const auto known = forms_.find(word);
    if (known != forms_.end()) {
      forms.push_back(known->second);
    } else {
      unknown.emplace(word);
    }
  }
  return {unknown.begin(), unknown.end()};
}

absl::Status Lexicon::Learn(const std::vector<std::string>& words) {
  ASSIGN_OR_RETURN(const std::vector<std::string> answers, ask_(words));
  const std::lock_guard lock(mutex_);
  if (forms_.size() + words.size() > kMaxWords) {
    forms_.clear();
    lexemes_.clear();
  }
  for (size_t i = 0; i < words.size() && i < answers.size(); ++i) {
    forms_.emplace(words[i], Read(answers[i]));
  }
  return absl::OkStatus();
}

WordFormPtr Lexicon::Read(const std::string& tsvector) {
  auto form = std::make_shared<WordForm>();
  for (const LexemePositions& entry : ParseTsvector(tsvector)) {
    if (entry.positions.empty()) continue;
    if (entry.lexeme == mark_) form->positions = entry.positions.back() - 1;
    auto& text = lexemes_[entry.lexeme];
    if (!text) text = std::make_shared<const std::string>(entry.lexeme);
    for (const int position : entry.positions) form->lexemes.push_back({text, position - 1});
  }
  std::erase_if(form->lexemes,
                [&](const auto& lexeme) { return lexeme.offset >= form->positions; });
  return form;
}

}  // namespace callimport::media_pipeline
