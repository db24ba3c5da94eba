// The words that other systems have for the states of imports. Ours say more than theirs, so
// several of ours may share a word; no word of theirs says something of ours that is not so.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "callimport/common/v1/progress.pb.h"

namespace callimport::vocabulary {

enum class Vocabulary {
  // Of the admin interface: queued, in_progress, completed, failed, partial; its DELETE answers
  // cancelled.
  kAdmin,
  // Of the graph interface: pending, counting, in_progress, completed, failed, cancelled. What is
  // PARTIAL is completed there, with failed calls.
  kGraph,
  // Of the table of import runs: pending, running, completed, failed.
  kRuns,
};

inline constexpr std::array kVocabularies = {Vocabulary::kAdmin, Vocabulary::kGraph,
                                             Vocabulary::kRuns};

// "admin", "graph", "runs".
std::string NameOf(Vocabulary vocabulary);
std::optional<Vocabulary> VocabularyOf(const std::string& name);

// Lower-case; "unknown" for what is no state.
std::string WordOf(common::v1::JobState state, Vocabulary vocabulary);

// The states that a word of any vocabulary stands for, our own names ("cancelling") included.
// Empty: nobody has the word.
std::vector<common::v1::JobState> StatesMeantBy(const std::string& word);

}  // namespace callimport::vocabulary
