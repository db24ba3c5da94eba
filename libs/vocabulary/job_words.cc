#include "libs/vocabulary/job_words.h"

#include <algorithm>
#include <cctype>

namespace callimport::vocabulary {
namespace {

using common::v1::JobState;

struct Row {
  JobState state;
  const char* own;
  const char* admin;
  const char* graph;
  const char* runs;
};

// Whoever knows no pause sees an import that has not ended. Cancelled imports have not done what
// was asked for, which runs call failed.
constexpr Row kTable[] = {
    {common::v1::JOB_STATE_PENDING, "pending", "queued", "pending", "pending"},
    {common::v1::JOB_STATE_COUNTING, "counting", "in_progress", "counting", "running"},
    {common::v1::JOB_STATE_IN_PROGRESS, "in_progress", "in_progress", "in_progress", "running"},
    {common::v1::JOB_STATE_PAUSED, "paused", "in_progress", "in_progress", "running"},
    {common::v1::JOB_STATE_CANCELLING, "cancelling", "in_progress", "in_progress", "running"},
    {common::v1::JOB_STATE_CANCELLED, "cancelled", "cancelled", "cancelled", "failed"},
    {common::v1::JOB_STATE_COMPLETED, "completed", "completed", "completed", "completed"},
    {common::v1::JOB_STATE_PARTIAL, "partial", "partial", "completed", "completed"},
    {common::v1::JOB_STATE_FAILED, "failed", "failed", "failed", "failed"},
};

const char* WordIn(const Row& row, Vocabulary vocabulary) {
  switch (vocabulary) {
    case Vocabulary::kAdmin:
      return row.admin;
    case Vocabulary::kGraph:
      return row.graph;
    case Vocabulary::kRuns:
      return row.runs;
  }
  return row.own;
}

// "In Progress", "in-progress" and "IN_PROGRESS" are one word.
std::string Plain(std::string word) {
  for (char& c : word) {
    c = c == ' ' || c == '-' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return word;
}

}  // namespace

std::string NameOf(Vocabulary vocabulary) {
  switch (vocabulary) {
    case Vocabulary::kAdmin:
      return "admin";
    case Vocabulary::kGraph:
      return "graph";
    case Vocabulary::kRuns:
      return "runs";
  }
  return "unknown";
}

std::optional<Vocabulary> VocabularyOf(const std::string& name) {
  for (const Vocabulary vocabulary : kVocabularies) {
    if (NameOf(vocabulary) == Plain(name)) return vocabulary;
  }
  return std::nullopt;
}

std::string WordOf(JobState state, Vocabulary vocabulary) {
  for (const Row& row : kTable) {
    if (row.state == state) return WordIn(row, vocabulary);
  }
  return "unknown";
}

// A word of our own means what we mean by it, whatever else others put under it.
std::vector<JobState> StatesMeantBy(const std::string& word) {
  const std::string plain = Plain(word);
  for (const Row& row : kTable) {
    if (plain == row.own) return {row.state};
  }
  std::vector<JobState> states;
  for (const Row& row : kTable) {
    const bool meant = std::any_of(kVocabularies.begin(), kVocabularies.end(),
                                   [&](Vocabulary v) { return plain == WordIn(row, v); });
    if (meant) states.push_back(row.state);
  }
  return states;
}

}  // namespace callimport::vocabulary
