// What every adapter must do, as tests. A platform's test says where its vendor is:
//
//   INSTANTIATE_TEST_SUITE_P(Gong, PlatformAdapterContract, ::testing::Values(kFakeGong));
#pragma once

#include "services/adapter-gateway/platforms/contract_content.h"
#include "services/adapter-gateway/platforms/contract_drift.h"
#include "services/adapter-gateway/platforms/contract_error.h"
#include "services/adapter-gateway/platforms/contract_listing.h"
