#include "services/media-pipeline/api/search_hit.h"

#include <algorithm>
#include <utility>

#include "libs/common/status_macros.h"
#include "services/media-pipeline/api/engagement_message.h"
#include "services/media-pipeline/search/moments.h"

namespace callimport::media_pipeline {
namespace {

constexpr size_t kMaxMoments = 5;

// Empty where the source does not say who that is.
std::string NameOf(const std::string& speaker_id, const common::v1::CallRecord& record) {
  const auto& people = record.participants();
  const auto speaker = std::find_if(people.begin(), people.end(), [&](const auto& person) {
    return person.speaker_id() == speaker_id;
  });
  return speaker == people.end() || speaker_id.empty() ? "" : speaker->name();
}

}  // namespace

absl::StatusOr<v1::SearchHit> MakeSearchHit(Lexicon& lexicon, const EngagementStore::Found& found,
                                            const std::vector<QueryTerm>& terms) {
  v1::SearchHit hit;
  *hit.mutable_engagement() = ToMessage(found.engagement);
  ASSIGN_OR_RETURN(const std::vector<FoundMoment> moments,
                   FindMoments(lexicon, found.transcript, terms, kMaxMoments));
  for (const FoundMoment& moment : moments) {
    v1::Moment& message = *hit.add_moments();
    message.set_start_ms(moment.start_ms);
    message.set_end_ms(moment.end_ms);
    message.set_speaker_id(moment.speaker_id);
    message.set_speaker_name(NameOf(moment.speaker_id, found.engagement.facts.record));
    message.set_text(moment.text);
  }
  return hit;
}

}  // namespace callimport::media_pipeline
