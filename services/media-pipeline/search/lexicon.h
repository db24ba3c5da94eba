// Remembers what PostgreSQL makes of each word.
//
// Searching must agree with PostgreSQL's dictionary, but running to_tsvector over every transcript
// costs 150 to 300 µs of CPU a call. Calls share their words: each is asked for once, and a
// transcript's vector is put together here in a tenth of that time.
#pragma once

#include <functional>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/status/statusor.h"
#include "services/media-pipeline/search/word_form.h"

namespace callimport::media_pipeline {

// For each word the text form of its tsvector; its last position is that of the mark which
// follows every word.
using AskDictionary =
    std::function<absl::StatusOr<std::vector<std::string>>(const std::vector<std::string>& words)>;

using WordFormPtr = std::shared_ptr<const WordForm>;

// Safe to use from many threads; bounded.
class Lexicon {
 public:
  Lexicon(AskDictionary ask, std::string mark) : ask_(std::move(ask)), mark_(std::move(mark)) {}

  // The forms of these words, in their order. What is not known yet is asked for at once.
  absl::StatusOr<std::vector<WordFormPtr>> Find(const std::vector<std::string_view>& words);

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  std::vector<std::string> Unknown(const std::vector<std::string_view>& words,
                                   std::vector<WordFormPtr>& forms);
  absl::Status Learn(const std::vector<std::string>& words);
  WordFormPtr Read(const std::string& tsvector);

  const AskDictionary ask_;
  const std::string mark_;
  std::shared_mutex mutex_;
  std::unordered_map<std::string, WordFormPtr, Hash, std::equal_to<>> forms_;
  std::unordered_map<std::string, std::shared_ptr<const std::string>, Hash, std::equal_to<>>
      lexemes_;
};

// The written words of a text, without the punctuation around them.
std::vector<std::string_view> SplitWords(std::string_view text);

}  // namespace callimport::media_pipeline
