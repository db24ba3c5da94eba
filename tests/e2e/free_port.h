// For whoever has to say a port before anybody listens on it.
#pragma once

namespace callimport::e2e {

// On 127.0.0.1, and free just now; throws when there is none.
int FreePort();

}  // namespace callimport::e2e
