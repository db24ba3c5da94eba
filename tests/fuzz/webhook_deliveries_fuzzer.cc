// For libFuzzer: as bearer_token_fuzzer.cc says, with the target webhook_deliveries_fuzzer.
#include "tests/fuzz/webhook_deliveries.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  callimport::fuzz::TryWebhookDeliveries(data, size);
  return 0;
}
