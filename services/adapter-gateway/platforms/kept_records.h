// Reading records again that were kept, by the mapping of their platform. Nobody is asked for it,
// so a record may lack what takes a look-up of its own, such as the names of members.
#pragma once

#include <string>

#include "callimport/adapter_gateway/v1/call_catalog.pb.h"
#include "services/adapter-gateway/platforms/people.h"

namespace callimport::adapter_gateway {

// The page that the record would be: itself, and what comes with it, such as attachments; or itself
// as unreadable. `kind`: what it was taken for. `people`: what look-ups told of members before.
// Empty for a platform without an adapter, and for what is not to be imported.
v1::ListCallsResponse ReadKept(const std::string& platform, const std::string& record,
                               common::v1::RecordKind kind, const People& people = {});

// The edition of the platform's mapping: one more whenever it reads something otherwise than
// before. 0 without an adapter.
int MappingRevisionOf(const std::string& platform);
// Says of each call of a page which edition has read it.
void SetMappingRevision(const std::string& platform, v1::ListCallsResponse& page);

}  // namespace callimport::adapter_gateway
