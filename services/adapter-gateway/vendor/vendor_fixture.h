// A vendor in one function, and sessions with it.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "libs/http/fake_http_client.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/status_matchers.h"
#include "services/adapter-gateway/vendor/vendor_session.h"

namespace callimport::adapter_gateway {

class VendorFixture : public ::testing::Test {
 protected:
  VendorSession NewSession() {
    return {line_, terms_, access_, {{"Authorization", "Basic eDp5"}}, patience_};
  }

  // Answers are taken one by one; the last one stays.
  absl::StatusOr<http::Response> NextAnswer() {
    if (answers_.empty()) return http::MakeResponse(200, "{}");
    auto answer = answers_.front();
    if (answers_.size() > 1) answers_.erase(answers_.begin());
    return answer;
  }

  testing::FakeClock clock_;
  std::vector<absl::StatusOr<http::Response>> answers_;
  http::FakeHttpClient http_{[this](const http::Request&) { return NextAnswer(); }};
  QuotaBroker quota_{clock_};
  CircuitBreakers breakers_{clock_};
  std::vector<std::chrono::milliseconds> pauses_;
  VendorLine line_{.http = http_,
                   .quota = quota_,
                   .breakers = breakers_,
                   .clock = clock_,
                   .pause = [this](auto pause) {
                     pauses_.push_back(pause);
                     clock_.Advance(pause);
                   }};
  VendorTerms terms_{.name = "Gong",
                     .quota = QuotaPolicy(),
                     .egress = EgressRules({"api.gong.io"}, {}, false),
                     .metrics = std::make_unique<VendorMetrics>("gong")};
  Access access_{
      .platform = "gong", .base_url = "https://api.gong.io", .fields = {}, .account = "gong/1"};
  Patience patience_{.until = clock_.Now() + std::chrono::seconds(20)};
};

}  // namespace callimport::adapter_gateway
