// The SQL of recordings and uploads. Every function joins the caller's transaction.
#pragma once

#include <map>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "services/media-pipeline/domain/engagement.h"

namespace callimport::media_pipeline {

struct RecordingOfCall {
  std::string call_id;
  std::string workspace_id;
  StoredRecording recording;
};

// A call that is taken in again keeps its newest recording.
void InsertRecordings(pqxx::work& tx, const std::vector<RecordingOfCall>& recordings);

// By call id.
std::map<std::string, StoredRecording> FindRecordings(pqxx::work& tx,
                                                      const std::vector<std::string>& call_ids);

void InsertUpload(pqxx::work& tx, const std::string& workspace_id,
                  const StoredRecording& recording);

std::optional<StoredRecording> FindUpload(pqxx::work& tx, const std::string& workspace_id,
                                          const std::string& sha256);

// Those of the keys that a recording or an upload refers to.
std::vector<std::string> FindObjectsInUse(pqxx::work& tx, const std::vector<std::string>& keys);

}  // namespace callimport::media_pipeline
