// Reading records again that were kept, by the mapping of their platform. Nobody is asked for it,
// so a record may lack what takes a look-up of its own, such as the names of members.
#pragma once

#include <string>

#include "callimport/adapter_gateway/v1/call_catalog.pb.h"

namespace callimport::adapter_gateway {

// The page that the record would be: itself, and what comes with it, such as attachments; or itself
// as unreadable. `kind`: what it was taken for. Empty for a platform without an adapter, and for
// what is not to be imported.
v1::ListCallsResponse ReadKept(const std::string& platform, const std::string& record,
                               common::v1::RecordKind kind);

}  // namespace callimport::adapter_gateway
