#include "services/media-pipeline/storage/delivery_store.h"

#include <algorithm>

#include "libs/postgres/transact.h"
#include "services/media-pipeline/storage/engagements_table.h"
#include "services/media-pipeline/storage/transcripts_table.h"

namespace callimport::media_pipeline {
namespace {

// One row a call, in the same order in every transaction, so that none waits for another in a
// circle.
std::vector<RecordingOfCall> OnePerCall(std::vector<RecordingOfCall> recordings) {
  const auto by_call = [](const auto& a, const auto& b) { return a.call_id < b.call_id; };
  const auto same_call = [](const auto& a, const auto& b) { return a.call_id == b.call_id; };
  std::stable_sort(recordings.begin(), recordings.end(), by_call);
  recordings.erase(std::unique(recordings.begin(), recordings.end(), same_call), recordings.end());
  return recordings;
}

std::vector<std::string> InsertWithTranscripts(pqxx::work& tx,
                                               const std::vector<EngagementDraft>& drafts) {
  if (drafts.empty()) return {};
  const InsertedEngagements result = InsertEngagements(tx, drafts);
  std::vector<std::string> new_ids;
  std::vector<const EngagementDraft*> new_drafts;
  for (size_t i = 0; i < drafts.size(); ++i) {
    if (!result.inserted[i]) continue;
    new_ids.push_back(result.engagement_ids[i]);
    new_drafts.push_back(&drafts[i]);
  }
  InsertTranscripts(tx, new_ids, new_drafts);
  return result.engagement_ids;
}

}  // namespace

absl::StatusOr<std::vector<std::string>> DeliveryStore::Deliver(
    const std::vector<RecordingOfCall>& recordings,
    const std::vector<EngagementDraft>& engagements) {
  const std::vector<RecordingOfCall> distinct = OnePerCall(recordings);
  return postgres::Transact(pool_, [&](pqxx::work& tx) {
    InsertRecordings(tx, distinct);
    return InsertWithTranscripts(tx, engagements);
  });
}

absl::StatusOr<std::vector<DeliveryStore::Remains>> DeliveryStore::FindRemains(
    const std::vector<KnownCall>& calls) {
  std::vector<std::string> call_ids;
  std::vector<CallOrigin> origins;
  for (const KnownCall& call : calls) {
    call_ids.push_back(call.call_id);
    origins.push_back(call.origin);
  }
  return postgres::Transact(pool_, [&](pqxx::work& tx) {
    const auto recordings = FindRecordings(tx, call_ids);
    const std::vector<std::string> engagement_ids = FindEngagementIds(tx, origins);
    std::vector<Remains> remains(calls.size());
    for (size_t i = 0; i < calls.size(); ++i) {
      remains[i].engagement_id = engagement_ids[i];
      const auto recording = recordings.find(call_ids[i]);
      if (recording != recordings.end()) remains[i].recording = recording->second;
    }
    return remains;
  });
}

absl::Status DeliveryStore::SaveUpload(const std::string& workspace_id,
                                       const StoredRecording& recording) {
  return postgres::Transact(pool_,
                            [&](pqxx::work& tx) { InsertUpload(tx, workspace_id, recording); });
}

absl::StatusOr<std::optional<StoredRecording>> DeliveryStore::FindUpload(
    const std::string& workspace_id, const std::string& sha256) {
  return postgres::Transact(
      pool_, [&](pqxx::work& tx) { return media_pipeline::FindUpload(tx, workspace_id, sha256); });
}

absl::StatusOr<std::vector<std::string>> DeliveryStore::FindObjectsInUse(
    const std::vector<std::string>& keys) {
  return postgres::Transact(
      pool_, [&](pqxx::work& tx) { return media_pipeline::FindObjectsInUse(tx, keys); });
}

}  // namespace callimport::media_pipeline
