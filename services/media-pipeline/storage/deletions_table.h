// The SQL that deletes what became of calls. Joins the caller's transaction.
#pragma once

#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "services/media-pipeline/domain/engagement.h"

namespace callimport::media_pipeline {

// A call that was deleted, and where it came from.
struct DeletedCall {
  std::string call_id;
  CallOrigin origin;
};

struct DeletedRows {
  int64_t engagements = 0;
  int64_t transcripts = 0;
  // Their objects go with the next sweep.
  int64_t recordings = 0;
};

// An engagement that another call of the same origin has become stays.
DeletedRows DeleteCalls(pqxx::work& tx, const std::vector<DeletedCall>& calls);

}  // namespace callimport::media_pipeline
