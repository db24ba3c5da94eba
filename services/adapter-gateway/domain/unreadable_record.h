// A record of a vendor that could not be read, as it is kept.
#pragma once

#include <string>

#include "callimport/common/v1/call.pb.h"
#include "libs/common/clock.h"

namespace callimport::adapter_gateway {

// Whose records they are.
struct RecordSource {
  std::string workspace_id = {};
  std::string credential_id = {};
  std::string platform = {};
};

struct UnreadableRecord {
  std::string record_id = {};
  RecordSource source = {};
  common::v1::RecordKind kind = common::v1::RECORD_KIND_UNSPECIFIED;
  // As far as it could be read; may be empty.
  std::string source_call_id = {};
  // For people.
  std::string reason = {};
  // Empty where it is not kept, or was not asked for.
  std::string raw = {};
  std::string raw_sha256 = {};
  int64_t raw_bytes = 0;
  // As stored; the database sets them.
  Timestamp first_seen = {};
  Timestamp last_seen = {};
};

}  // namespace callimport::adapter_gateway
