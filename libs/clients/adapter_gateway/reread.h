// Records that somebody keeps, read anew by the mapping as it is now: what changes by it, and what
// people are told of that.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "callimport/common/v1/remap.pb.h"
#include "libs/clients/adapter_gateway/records_client.h"
#include "libs/common/errors.h"

namespace callimport::adapter_gateway {

struct Reread {
  // In the order asked: what replaces the record, with its source_metadata. Nothing: it stays.
  std::vector<std::optional<common::v1::CallRecord>> corrected;
  // Of these records; nothing is changed by it yet.
  common::v1::RemapTally tally;
};

// Records without source_metadata are no source's, and stay.
absl::StatusOr<Reread> ReadAnew(RecordsClient& gateway, const std::string& platform,
                                const std::vector<common::v1::CallRecord>& records);

// Whether start_time and end_time of a request to read records anew make sense.
void CheckCallRange(const google::protobuf::Timestamp* start,
                    const google::protobuf::Timestamp* end, RequestCheck& check);
template <typename Request>
void CheckCallRange(const Request& request, RequestCheck& check) {
  CheckCallRange(request.has_start_time() ? &request.start_time() : nullptr,
                 request.has_end_time() ? &request.end_time() : nullptr, check);
}

// Counts a record that was replaced, or would be.
void CountChange(const common::v1::CallRecord& before, const common::v1::CallRecord& after,
                 const std::string& engagement_id, common::v1::RemapTally& tally);

}  // namespace callimport::adapter_gateway
