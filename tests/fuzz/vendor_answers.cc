#include "tests/fuzz/vendor_answers.h"

#include <string>

#include "libs/http/fake_http_client.h"
#include "libs/testing/fake_clock.h"
#include "services/adapter-gateway/platforms/all_platforms.h"
#include "services/adapter-gateway/platforms/records.h"
#include "tests/fuzz/promise.h"

namespace callimport::fuzz {
namespace {

using namespace adapter_gateway;  // NOLINT(google-build-using-namespace): what is tried

constexpr int kPages = 3;

// An account of a vendor that answers every question alike.
class Vendor {
 public:
  explicit Vendor(std::string answer)
      : http_([answer = std::move(answer)](const http::Request&) {
          return http::MakeResponse(200, answer);
        }) {}

  VendorSession Session() {
    return {line_, terms_, access_, {}, {.until = clock_.Now() + std::chrono::seconds(20)}};
  }
  const Clock& clock() const { return clock_; }

 private:
  testing::FakeClock clock_;
  http::FakeHttpClient http_;
  QuotaBroker quota_{clock_};
  CircuitBreakers breakers_{clock_};
  VendorLine line_{.http = http_,
                   .quota = quota_,
                   .breakers = breakers_,
                   .clock = clock_,
                   .retry = {.max_attempts = 1},
                   .pause = [](auto) {}};
  VendorTerms terms_{.name = "The vendor",
                     .quota = {},
                     .egress = EgressRules({"api.example"}, {}, false),
                     .metrics = std::make_unique<VendorMetrics>("fuzz")};
  Access access_{.platform = "fuzz",
                 .base_url = "https://api.example",
                 .fields = {{"company_id", Secret("2")}},
                 .account = "fuzz"};
};

void CheckRecord(const common::v1::CallRecord& record) {
  Require(!record.source_call_id().empty() && record.source_call_id().size() <= kMaxIdBytes);
  Require(!record.source_metadata().empty());
  std::string stored;
  Require(record.SerializeToString(&stored));
}

void TryListing(const PlatformAdapter& adapter, Vendor& vendor, std::string cursor) {
  VendorSession session = vendor.Session();
  const Period period{.start = vendor.clock().Now() - std::chrono::hours(24),
                      .end = vendor.clock().Now()};
  for (int pages = 0; pages < kPages; ++pages) {
    const auto page = adapter.ListCalls(session, period, cursor);
    if (!page.ok()) return;
    for (const common::v1::CallRecord& record : page->calls()) CheckRecord(record);
    cursor = page->next_cursor();
    if (cursor.empty()) return;
  }
}

void TryTranscripts(const PlatformAdapter& adapter, Vendor& vendor) {
  VendorSession session = vendor.Session();
  const auto transcripts = adapter.FetchTranscripts(session, {"1", "2"});
  if (!transcripts.ok()) return;
  for (const v1::SourceTranscript& transcript : *transcripts) {
    for (const common::v1::Segment& segment : transcript.transcript().segments()) {
      Require(segment.start_ms() >= 0 && segment.end_ms() >= segment.start_ms());
    }
  }
}

}  // namespace

void TryVendorAnswers(const uint8_t* data, size_t size) {
  Vendor vendor(TextOf(data, size));
  for (const auto& [name, adapter] : AllPlatforms(vendor.clock())) {
    // Every kind of record of those that list one after the other.
    for (const char* cursor : {"", "1:", "2:", "3:", "4:", "numbers"}) {
      TryListing(*adapter, vendor, cursor);
    }
    TryTranscripts(*adapter, vendor);
    VendorSession session = vendor.Session();
    adapter->LocateMedia(session, {"1", "2"}).status().IgnoreError();
    adapter->CheckAccess(session).status().IgnoreError();
  }
}

}  // namespace callimport::fuzz
