// Inside libs/rpc only.
#pragma once

namespace callimport::rpc {

// A channel on which nothing happens looks at its socket every 5 s by gRPC's default. A peer that
// wants to stop waits for that, twice, and so used up its whole grace. Call it before anything of
// gRPC is made; who has set GRPC_CLIENT_CHANNEL_BACKUP_POLL_INTERVAL_MS keeps that.
void LookAtIdleChannelsOften();

}  // namespace callimport::rpc
