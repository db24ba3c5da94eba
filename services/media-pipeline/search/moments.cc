#include "services/media-pipeline/search/moments.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "libs/common/status_macros.h"

namespace callimport::media_pipeline {
namespace {

// Words shown before and behind the first match of a long segment.
constexpr size_t kWordsAround = 20;

// The words of one text, and where in it the terms occur.
struct Matches {
  std::vector<std::string_view> words;
  std::set<size_t> matching_words;
  size_t terms = 0;
};

using Places = std::map<std::pair<std::string_view, int>, size_t>;  // lexeme, position -> word

Places PlacesOf(const std::vector<WordFormPtr>& forms) {
  Places places;
  int position = 0;
  for (size_t word = 0; word < forms.size(); ++word) {
    for (const WordForm::Lexeme& lexeme : forms[word]->lexemes) {
      places.emplace(std::pair(std::string_view(*lexeme.text), position + lexeme.offset), word);
    }
    position += forms[word]->positions;
  }
  return places;
}

// The words of the phrase that begins at this position; none when it does not.
std::vector<size_t> PhraseAt(const Places& places, const QueryTerm& term, int position) {
  std::vector<size_t> words;
  for (const QueryTerm::Part& part : term.parts) {
    const auto place = places.find({part.lexeme, position + part.offset});
    if (place == places.end()) return {};
    words.push_back(place->second);
  }
  return words;
}

bool MarkTerm(const Places& places, const QueryTerm& term, std::set<size_t>& matching_words) {
  bool found = false;
  const std::string_view first = term.parts.front().lexeme;
  for (auto place = places.lower_bound({first, 0});
       place != places.end() && place->first.first == first; ++place) {
    const std::vector<size_t> words = PhraseAt(places, term, place->first.second);
    found |= !words.empty();
    matching_words.insert(words.begin(), words.end());
  }
  return found;
}

Matches Match(std::vector<std::string_view> words, const std::vector<WordFormPtr>& forms,
              const std::vector<QueryTerm>& terms) {
  const Places places = PlacesOf(forms);
  Matches matches{.words = std::move(words), .matching_words = {}, .terms = 0};
  for (const QueryTerm& term : terms) {
    if (MarkTerm(places, term, matches.matching_words)) ++matches.terms;
  }
  return matches;
}

// The text from a first to a last word, matches marked.
std::string Show(const std::string& text, const Matches& matches) {
  const auto at = [&](std::string_view word) {
    return static_cast<size_t>(word.data() - text.data());
  };
  const size_t match = *matches.matching_words.begin();
  const size_t first = match > kWordsAround ? match - kWordsAround : 0;
  const size_t last = std::min(match + kWordsAround, matches.words.size() - 1);
  std::string shown = first > 0 ? "… " : "";
  size_t copied = first > 0 ? at(matches.words[first]) : 0;
  for (size_t i = first; i <= last; ++i) {
    if (!matches.matching_words.contains(i)) continue;
    const std::string_view word = matches.words[i];
    shown.append(text, copied, at(word) - copied).append("«").append(word).append("»");
    copied = at(word) + word.size();
  }
  if (last + 1 == matches.words.size()) return shown.append(text, copied);
  const size_t end = at(matches.words[last]) + matches.words[last].size();
  return shown.append(text, copied, end - copied).append(" …");
}

std::vector<std::string_view> TimedWords(const common::v1::Segment& segment) {
  std::vector<std::string_view> words;
  for (const common::v1::Word& word : segment.words()) words.push_back(word.text());
  return words;
}

// When the first matching word was said, as exactly as the segment knows.
absl::StatusOr<FoundMoment> MakeMoment(Lexicon& lexicon, const common::v1::Segment& segment,
                                       const Matches& matches,
                                       const std::vector<QueryTerm>& terms) {
  FoundMoment moment{.start_ms = segment.start_ms(),
                     .end_ms = segment.end_ms(),
                     .speaker_id = segment.speaker_id(),
                     .text = Show(segment.text(), matches)};
  const std::vector<std::string_view> words = TimedWords(segment);
  ASSIGN_OR_RETURN(const std::vector<WordFormPtr> forms, lexicon.Find(words));
  const Matches timed = Match(words, forms, terms);
  if (!timed.matching_words.empty()) {
    const common::v1::Word& word = segment.words(static_cast<int>(*timed.matching_words.begin()));
    moment.start_ms = word.start_ms();
    moment.end_ms = std::max(word.end_ms(), segment.end_ms());
  }
  return moment;
}

absl::StatusOr<std::vector<Matches>> MatchSegments(Lexicon& lexicon,
                                                   const common::v1::Transcript& transcript,
                                                   const std::vector<QueryTerm>& terms) {
  std::vector<Matches> result;
  for (const common::v1::Segment& segment : transcript.segments()) {
    std::vector<std::string_view> words = SplitWords(segment.text());
    ASSIGN_OR_RETURN(const std::vector<WordFormPtr> forms, lexicon.Find(words));
    result.push_back(Match(std::move(words), forms, terms));
  }
  return result;
}

// Each part of a phrase on its own.
std::vector<QueryTerm> SingleWords(const std::vector<QueryTerm>& terms) {
  std::vector<QueryTerm> singles;
  for (const QueryTerm& term : terms) {
    for (const QueryTerm::Part& part : term.parts) singles.push_back({{{part.lexeme, 0}}});
  }
  return singles;
}

std::vector<size_t> BestInOrderOfTime(const std::vector<Matches>& matches, size_t limit) {
  std::vector<size_t> best;
  for (size_t i = 0; i < matches.size(); ++i) {
    if (matches[i].terms > 0) best.push_back(i);
  }
  std::stable_sort(best.begin(), best.end(),
                   [&](size_t a, size_t b) { return matches[a].terms > matches[b].terms; });
  best.resize(std::min(best.size(), limit));
  std::sort(best.begin(), best.end());
  return best;
}

absl::StatusOr<std::vector<FoundMoment>> FindWhole(Lexicon& lexicon,
                                                   const common::v1::Transcript& transcript,
                                                   const std::vector<QueryTerm>& terms,
                                                   size_t limit) {
  ASSIGN_OR_RETURN(const std::vector<Matches> matches, MatchSegments(lexicon, transcript, terms));
  std::vector<FoundMoment> moments;
  for (const size_t i : BestInOrderOfTime(matches, limit)) {
    const common::v1::Segment& segment = transcript.segments(static_cast<int>(i));
    ASSIGN_OR_RETURN(FoundMoment moment, MakeMoment(lexicon, segment, matches[i], terms));
    moments.push_back(std::move(moment));
  }
  return moments;
}

}  // namespace

absl::StatusOr<std::vector<FoundMoment>> FindMoments(Lexicon& lexicon,
                                                     const common::v1::Transcript& transcript,
                                                     const std::vector<QueryTerm>& terms,
                                                     size_t limit) {
  ASSIGN_OR_RETURN(std::vector<FoundMoment> moments, FindWhole(lexicon, transcript, terms, limit));
  if (!moments.empty()) return moments;
  // A phrase may run from one segment into the next.
  return FindWhole(lexicon, transcript, SingleWords(terms), limit);
}

}  // namespace callimport::media_pipeline
