#include "services/media-pipeline/pipeline/remapper.h"

#include <set>
#include <string>
#include <utility>

#include "libs/clients/adapter_gateway/reread.h"
#include "libs/common/status_macros.h"
#include "libs/telemetry/log.h"
#include "services/media-pipeline/pipeline/draft.h"
#include "services/media-pipeline/search/search_vector.h"

namespace callimport::media_pipeline {
namespace {

constexpr int kPage = 100;

std::vector<common::v1::CallRecord> RecordsOf(const std::vector<KeptEngagement>& page) {
  std::vector<common::v1::CallRecord> records;
  records.reserve(page.size());
  for (const KeptEngagement& kept : page) {
    records.push_back(kept.engagement.facts.record);
    records.back().set_source_metadata(kept.source_metadata);
  }
  return records;
}

Correction CorrectionOf(const KeptEngagement& kept, common::v1::CallRecord record) {
  Correction correction;
  correction.engagement_id = kept.engagement.engagement_id;
  correction.before = kept.record;
  correction.after.facts = kept.engagement.facts;
  record.clear_source_metadata();
  correction.after.facts.record = std::move(record);
  return correction;
}

std::vector<std::string> IdsOf(const std::vector<Correction>& corrections) {
  std::vector<std::string> ids;
  ids.reserve(corrections.size());
  for (const Correction& correction : corrections) ids.push_back(correction.engagement_id);
  return ids;
}

}  // namespace

absl::StatusOr<RemappedPage> Remapper::Remap(const RemapOrder& order,
                                             const std::optional<ListPosition>& after,
                                             bool dry_run) {
  ASSIGN_OR_RETURN(const std::vector<KeptEngagement> page, store_.Read(order, after, kPage));
  RemappedPage result;
  if (page.size() == kPage) {
    result.end = {page.back().engagement.happened_at, page.back().engagement.engagement_id};
  }
  ASSIGN_OR_RETURN(adapter_gateway::Reread reread,
                   adapter_gateway::ReadAnew(gateway_, order.import_source, RecordsOf(page)));
  result.tally = std::move(reread.tally);
  std::vector<Correction> corrections;
  std::vector<const KeptEngagement*> kept;
  for (size_t i = 0; i < page.size(); ++i) {
    if (!reread.corrected[i]) continue;
    kept.push_back(&page[i]);
    corrections.push_back(CorrectionOf(page[i], *std::move(reread.corrected[i])));
  }
  std::vector<std::string> changed = IdsOf(corrections);
  if (!dry_run && !corrections.empty()) {
    RETURN_IF_ERROR(Complete(corrections, kept));
    ASSIGN_OR_RETURN(changed, store_.Correct(order.workspace_id, corrections));
    log::Info("engagements were read anew", {{"workspace_id", order.workspace_id},
                                             {"platform", order.import_source},
                                             {"engagements", changed.size()}});
  }
  const std::set<std::string> done(changed.begin(), changed.end());
  for (size_t i = 0; i < corrections.size(); ++i) {
    if (!done.contains(corrections[i].engagement_id)) continue;
    adapter_gateway::CountChange(kept[i]->engagement.facts.record,
                                 corrections[i].after.facts.record, corrections[i].engagement_id,
                                 result.tally);
  }
  return result;
}

// What follows from the records: durations, quality, what is searched in.
absl::Status Remapper::Complete(std::vector<Correction>& corrections,
                                const std::vector<const KeptEngagement*>& kept) {
  ASSIGN_OR_RETURN(std::vector<common::v1::Transcript> transcripts,
                   store_.ReadTranscripts(IdsOf(corrections)));
  std::vector<Searchable> items;
  items.reserve(corrections.size());
  for (size_t i = 0; i < corrections.size(); ++i) {
    EngagementDraft& after = corrections[i].after;
    if (!after.facts.transcript_engine.empty()) after.transcript = std::move(transcripts[i]);
    Judge(kept[i]->engagement.recording, after.transcript ? &*after.transcript : nullptr,
          after.facts);
    items.push_back(ToSearchable(after));
  }
  ASSIGN_OR_RETURN(std::vector<std::string> vectors, MakeSearchVectors(lexicon_, items));
  for (size_t i = 0; i < corrections.size(); ++i) {
    corrections[i].after.search = std::move(vectors[i]);
  }
  return absl::OkStatus();
}

}  // namespace callimport::media_pipeline
