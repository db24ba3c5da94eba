// What every adapter must do, as tests. A platform's test says where its vendor is:
//
//   INSTANTIATE_TEST_SUITE_P(Gong, PlatformAdapterContract, ::testing::Values(kFakeGong));
#pragma once

#include "services/adapter-gateway/platforms/content_contract.h"
#include "services/adapter-gateway/platforms/drift_contract.h"
#include "services/adapter-gateway/platforms/error_contract.h"
#include "services/adapter-gateway/platforms/listing_contract.h"
