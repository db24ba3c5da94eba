#include "services/media-pipeline/search/search_vector.h"

#include <algorithm>

#include "libs/common/status_macros.h"

namespace callimport::media_pipeline {
namespace {

// PostgreSQL keeps positions up to this; words behind it are found, but not in phrases.
constexpr int kLastPosition = 16'383;
// A tsvector holds 1 MB. Half of it is some 40,000 different words.
constexpr size_t kMaxBytes = 500'000;

struct Occurrence {
  const std::string* lexeme;
  int position;
  bool in_title;
};

struct WordsOfItem {
  size_t title = 0;
  size_t spoken = 0;
};

std::vector<Occurrence> Place(const WordFormPtr* forms, const WordsOfItem& count) {
  std::vector<Occurrence> occurrences;
  int position = 1;
  for (size_t i = 0; i < count.title + count.spoken; ++i) {
    for (const WordForm::Lexeme& lexeme : forms[i]->lexemes) {
      occurrences.push_back(
          {lexeme.text.get(), std::min(position + lexeme.offset, kLastPosition), i < count.title});
    }
    position += forms[i]->positions;
  }
  // Equal lexemes are one object, so comparing addresses is enough to bring them together.
  std::sort(occurrences.begin(), occurrences.end(), [](const auto& a, const auto& b) {
    return std::pair(a.lexeme, a.position) < std::pair(b.lexeme, b.position);
  });
  return occurrences;
}

std::string Write(const std::string& workspace_id, const std::vector<Occurrence>& occurrences) {
  std::string vector = QuoteLexeme("=" + workspace_id);
  const std::string* lexeme = nullptr;
  int position = 0;
  for (const Occurrence& occurrence : occurrences) {
    if (vector.size() > kMaxBytes) break;
    if (occurrence.lexeme == lexeme && occurrence.position == position) continue;
    if (occurrence.lexeme == lexeme) {
      vector += ',';
    } else {
      vector += ' ';
      vector += QuoteLexeme(*occurrence.lexeme);
      vector += ':';
    }
    lexeme = occurrence.lexeme;
    position = occurrence.position;
    vector += std::to_string(position);
    if (occurrence.in_title) vector += 'A';
  }
  return vector;
}

WordsOfItem AppendWords(const Searchable& item, std::vector<std::string_view>& words) {
  WordsOfItem count;
  const auto append = [&words](std::string_view text) {
    const std::vector<std::string_view> found = SplitWords(text);
    words.insert(words.end(), found.begin(), found.end());
    return found.size();
  };
  count.title = append(item.title);
  for (const std::string_view text : item.spoken) count.spoken += append(text);
  return count;
}

}  // namespace

absl::StatusOr<std::vector<std::string>> MakeSearchVectors(Lexicon& lexicon,
                                                           const std::vector<Searchable>& items) {
  std::vector<std::string_view> words;
  std::vector<WordsOfItem> counts;
  for (const Searchable& item : items) counts.push_back(AppendWords(item, words));
  ASSIGN_OR_RETURN(const std::vector<WordFormPtr> forms, lexicon.Find(words));

  std::vector<std::string> vectors;
  const WordFormPtr* next = forms.data();
  for (size_t i = 0; i < items.size(); ++i) {
    vectors.push_back(Write(items[i].workspace_id, Place(next, counts[i])));
    next += counts[i].title + counts[i].spoken;
  }
  return vectors;
}

}  // namespace callimport::media_pipeline
