// Records that the gateway has set aside, as tests write them themselves.
#pragma once

#include <string>
#include <vector>

#include "libs/clients/adapter_gateway/records_client.h"

namespace callimport::job_scheduler {

class ScriptedRecords : public adapter_gateway::RecordsClient {
 public:
  absl::StatusOr<adapter_gateway::v1::RemapResponse> Remap(
      const adapter_gateway::v1::RemapRequest& request) override {
    asked.push_back(request);
    if (!answer.ok()) return answer;
    adapter_gateway::v1::RemapResponse page;
    // One on each page.
    const size_t place = request.page_token().empty() ? 0 : std::stoul(request.page_token());
    if (place < readable.size()) {
      adapter_gateway::v1::RemappedRecord& record = *page.add_records();
      record.set_record_id("record " + std::to_string(place));
      *record.mutable_call() = readable[place];
    }
    if (place + 1 < readable.size()) page.set_next_page_token(std::to_string(place + 1));
    return page;
  }

  absl::StatusOr<adapter_gateway::v1::ReleaseRecordsResponse> Release(
      const adapter_gateway::v1::ReleaseRecordsRequest& request) override {
    released.insert(released.end(), request.record_ids().begin(), request.record_ids().end());
    return adapter_gateway::v1::ReleaseRecordsResponse();
  }

  absl::Status answer;
  std::vector<common::v1::CallRecord> readable;
  std::vector<adapter_gateway::v1::RemapRequest> asked;
  std::vector<std::string> released;
};

}  // namespace callimport::job_scheduler
