// SIGTERM and SIGINT as something to wait for. Inside libs/rpc only.
#pragma once

namespace callimport::rpc {

// For the calling thread and those it starts; so before anything else starts threads.
void BlockStopSignals();

// Returns when one of them arrives: its name.
const char* WaitForStopSignal();

}  // namespace callimport::rpc
