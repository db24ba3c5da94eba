// What a vendor answers, and its reason; troubles that pass.
#pragma once

#include "services/adapter-gateway/platforms/contract_fixture.h"

namespace callimport::adapter_gateway {

TEST_P(PlatformAdapterContract, TurnsEveryAnswerOfTheVendorIntoItsReason) {
  struct Row {
    const char* fault;
    const char* reason;
  };
  constexpr Row kRows[] = {
      {R"("kind":"status","status":400)", "VENDOR_REFUSED"},
      {R"("kind":"status","status":401)", "INVALID_KEY"},
      {R"("kind":"status","status":403)", "MISSING_PERMISSION"},
      {R"("kind":"status","status":404)", "VENDOR_REFUSED"},
      {R"("kind":"status","status":410)", "VENDOR_REFUSED"},
      {R"("kind":"status","status":429,"retry_after":60)", "QUOTA_EXHAUSTED"},
      {R"("kind":"status","status":500)", "VENDOR_ERROR"},
      {R"("kind":"status","status":503)", "VENDOR_ERROR"},
      {R"("kind":"html")", "VENDOR_ERROR"},
      {R"("kind":"empty")", "VENDOR_ERROR"},
      {R"("kind":"garbage")", "VENDOR_ERROR"},
      {R"("kind":"truncated")", "VENDOR_ERROR"},
  };
  for (const Row& row : kRows) {
    vendor_->Mend();
    vendor_->Break("{" + std::string(row.fault) + R"(,"match":{"endpoint":"api"}})");

    const auto page = List("", std::chrono::milliseconds(500));

    EXPECT_THAT(page, testing::HasReason(row.reason)) << row.fault;
    for (const auto& [name, secret] : vendor_->good_key()) {
      if (secret.Reveal().size() < 4) continue;
      EXPECT_EQ(page.status().ToString().find(secret.Reveal()), std::string::npos) << row.fault;
    }
  }
}

TEST_P(PlatformAdapterContract, OutlivesATroubleThatPasses) {
  for (const char* fault : {R"("kind":"status","status":503)", R"("kind":"reset")",
                            R"("kind":"status","status":429,"retry_after":0)"}) {
    vendor_->Mend();
    vendor_->Break("{" + std::string(fault) + R"(,"times":1,"match":{"endpoint":"api"}})");

    EXPECT_THAT(List(""), testing::IsOk()) << fault;
  }
}

}  // namespace callimport::adapter_gateway
