// For libFuzzer:  cmake --preset asan -DCALLIMPORT_FUZZ=ON && cmake --build build/asan --target
// vendor_answers_fuzzer && build/asan/bin/vendor_answers_fuzzer -max_total_time=60
#include "tests/fuzz/vendor_answers.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  callimport::fuzz::TryVendorAnswers(data, size);
  return 0;
}
