#include "libs/rpc/idle_channels.h"

#include <stdlib.h>

namespace callimport::rpc {

void LookAtIdleChannelsOften() {
  static const bool done = [] {
    return setenv("GRPC_CLIENT_CHANNEL_BACKUP_POLL_INTERVAL_MS", "250", /*overwrite=*/0) == 0;
  }();
  static_cast<void>(done);
}

}  // namespace callimport::rpc
