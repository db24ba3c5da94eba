// For libFuzzer:  cmake --preset asan -DCALLIMPORT_FUZZ=ON && cmake --build build/asan --target
// bearer_token_fuzzer && build/asan/bin/bearer_token_fuzzer -max_total_time=60
#include "tests/fuzz/bearer_token_parsers.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  callimport::fuzz::TryBearerTokenParsers(data, size);
  return 0;
}
