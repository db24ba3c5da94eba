// Records as a gateway would have them, as tests write them themselves.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "libs/clients/adapter_gateway/records_client.h"

namespace callimport::adapter_gateway {

class ScriptedRecords : public RecordsClient {
 public:
  // Of what was set aside: one on each page.
  absl::StatusOr<v1::RemapResponse> Remap(const v1::RemapRequest& request) override {
    asked.push_back(request);
    if (!answer.ok()) return answer;
    v1::RemapResponse page;
    const size_t place = request.page_token().empty() ? 0 : std::stoul(request.page_token());
    if (place < readable.size()) {
      v1::RemappedRecord& record = *page.add_records();
      record.set_record_id("record " + std::to_string(place));
      *record.mutable_call() = readable[place];
    }
    if (place + 1 < readable.size()) page.set_next_page_token(std::to_string(place + 1));
    return page;
  }

  // By `mapping`, where it tells of the record's id.
  absl::StatusOr<v1::MapRecordsResponse> Map(const v1::MapRecordsRequest& request) override {
    if (!answer.ok()) return answer;
    mapped.push_back(request);
    v1::MapRecordsResponse response;
    for (const common::v1::CallRecord& record : request.records()) {
      v1::MappedRecord& read = *response.add_records();
      const auto found = mapping.find(record.source_call_id());
      if (found != mapping.end()) *read.mutable_call() = found->second;
    }
    return response;
  }

  absl::StatusOr<v1::ReleaseRecordsResponse> Release(
      const v1::ReleaseRecordsRequest& request) override {
    released.insert(released.end(), request.record_ids().begin(), request.record_ids().end());
    return v1::ReleaseRecordsResponse();
  }

  absl::Status answer;
  std::vector<common::v1::CallRecord> readable;
  std::map<std::string, common::v1::CallRecord> mapping;
  std::vector<v1::RemapRequest> asked;
  std::vector<v1::MapRecordsRequest> mapped;
  std::vector<std::string> released;
};

}  // namespace callimport::adapter_gateway
