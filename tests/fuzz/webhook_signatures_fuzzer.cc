// For libFuzzer: as bearer_token_fuzzer.cc says, with the target webhook_signatures_fuzzer.
#include "tests/fuzz/webhook_signatures.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  callimport::fuzz::TryWebhookSignatures(data, size);
  return 0;
}
