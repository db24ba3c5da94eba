// For libFuzzer:  cmake --preset asan -DCALLIMPORT_FUZZ=ON && cmake --build build/asan --target
// sealed_text_fuzzer && build/asan/bin/sealed_text_fuzzer tests/fuzz/seeds/sealed_text
// -max_total_time=60
#include "tests/fuzz/sealed_text_parsers.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  callimport::fuzz::TrySealedTextParsers(data, size);
  return 0;
}
