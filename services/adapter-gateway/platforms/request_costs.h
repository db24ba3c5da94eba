// How far one request to a vendor goes.
#pragma once

namespace callimport::adapter_gateway {

// Calls that one request serves; 0: none is needed. Unless an adapter says better, everything but
// listing is asked for call by call, and counted.
struct RequestCosts {
  int calls_per_page = 100;
  int calls_per_lookup = 1;
  int calls_per_transcript = 1;
  int calls_per_recording = 1;
};

// Everything for a hundred calls at once, but for the recordings, which come from elsewhere.
inline constexpr RequestCosts kInHundreds{.calls_per_page = 100,
                                          .calls_per_lookup = 100,
                                          .calls_per_transcript = 100,
                                          .calls_per_recording = 0};

}  // namespace callimport::adapter_gateway
