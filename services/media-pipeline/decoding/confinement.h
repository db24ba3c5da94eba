// Gives up, for the rest of this process, whatever decoding does not need.
//
// Decoders are large and read what strangers wrote. A recording that takes one over finds itself
// in a process without files, network, children or much time.
#pragma once

namespace callimport::media_pipeline {

// Call with every descriptor and library open. False when the kernel refuses; do not go on then.
bool Confine(int cpu_seconds);

}  // namespace callimport::media_pipeline
