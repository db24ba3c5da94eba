// What every adapter must do, as tests. A platform's test says where its vendor is:
//
//   INSTANTIATE_TEST_SUITE_P(Gong, PlatformAdapterContract, ::testing::Values(kScriptedGong));
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "libs/common/errors.h"
#include "libs/testing/status_matchers.h"
#include "services/adapter-gateway/platforms/platform_adapter.h"

namespace callimport::adapter_gateway {

// A vendor that holds more than one page of calls, all of them in the period.
class ContractVendor {
 public:
  virtual ~ContractVendor() = default;

  virtual const PlatformAdapter& adapter() = 0;
  virtual http::HttpClient& http() = 0;
  virtual std::string base_url() = 0;
  virtual Period period() = 0;
  // Accepted, unknown, and known but not allowed to list calls.
  virtual CredentialFields good_key() = 0;
  virtual CredentialFields bad_key() = 0;
  virtual CredentialFields forbidden_key() = 0;
};

using MakeContractVendor = std::function<std::unique_ptr<ContractVendor>()>;

class PlatformAdapterContract : public ::testing::TestWithParam<MakeContractVendor> {
 protected:
  VendorSession SessionWith(const CredentialFields& fields, const std::string& base_url) {
    access_ = {.platform = "contract", .base_url = base_url, .fields = fields, .account = "one"};
    return {line_,
            terms_,
            access_,
            adapter().Authorize(access_),
            {.until = SystemClock().Now() + std::chrono::seconds(20)}};
  }
  VendorSession Session() { return SessionWith(vendor_->good_key(), vendor_->base_url()); }
  const PlatformAdapter& adapter() { return vendor_->adapter(); }

  absl::Status CheckAccess(const CredentialFields& fields, const std::string& base_url) {
    VendorSession session = SessionWith(fields, base_url);
    return adapter().CheckAccess(session).status();
  }

  std::vector<common::v1::CallRecord> ListAll() {
    VendorSession session = Session();
    std::vector<common::v1::CallRecord> calls;
    std::string cursor;
    do {
      const auto page = adapter().ListCalls(session, vendor_->period(), cursor);
      EXPECT_THAT(page, testing::IsOk());
      if (!page.ok()) break;
      EXPECT_EQ(page->unreadable_size(), 0);
      calls.insert(calls.end(), page->calls().begin(), page->calls().end());
      cursor = page->next_cursor();
      ++pages_;
    } while (!cursor.empty());
    return calls;
  }

  std::vector<std::string> SomeIds(size_t count) {
    std::vector<std::string> ids;
    for (const common::v1::CallRecord& call : ListAll()) {
      if (ids.size() < count) ids.push_back(call.source_call_id());
    }
    return ids;
  }

  std::unique_ptr<ContractVendor> vendor_ = GetParam()();
  QuotaBroker quota_{SystemClock()};
  CircuitBreakers breakers_{SystemClock()};
  VendorLine line_{.http = vendor_->http(),
                   .quota = quota_,
                   .breakers = breakers_,
                   .clock = SystemClock(),
                   .retry = {.max_attempts = 2, .first_delay = std::chrono::milliseconds(1)},
                   .pause = [](auto pause) { std::this_thread::sleep_for(pause); }};
  VendorTerms terms_{.name = "The vendor",
                     .quota = {},
                     .egress = EgressRules({}, {"127.0.0.1", "nobody.invalid"}, true),
                     .metrics = std::make_unique<VendorMetrics>("contract")};
  Access access_;
  int pages_ = 0;
};

TEST_P(PlatformAdapterContract, AcceptsAGoodKey) {
  EXPECT_THAT(CheckAccess(vendor_->good_key(), vendor_->base_url()), testing::IsOk());
}

TEST_P(PlatformAdapterContract, TellsABadKey) {
  EXPECT_THAT(CheckAccess(vendor_->bad_key(), vendor_->base_url()),
              testing::HasReason("INVALID_KEY"));
}

TEST_P(PlatformAdapterContract, TellsAKeyThatMayNotListCalls) {
  EXPECT_THAT(CheckAccess(vendor_->forbidden_key(), vendor_->base_url()),
              testing::HasReason("MISSING_PERMISSION"));
}

TEST_P(PlatformAdapterContract, TellsThatTheVendorCannotBeReached) {
  EXPECT_THAT(CheckAccess(vendor_->good_key(), "http://nobody.invalid:1"),
              testing::HasReason("VENDOR_UNREACHABLE"));
}

TEST_P(PlatformAdapterContract, ListsEveryCountedCallOnce) {
  VendorSession session = Session();
  const auto count = adapter().CountCalls(session, vendor_->period());
  ASSERT_THAT(count, testing::IsOk());

  const auto calls = ListAll();

  std::set<std::string> ids;
  for (const common::v1::CallRecord& call : calls) ids.insert(call.source_call_id());
  EXPECT_EQ(ids.size(), calls.size());
  if (count->exactness() == common::v1::EXACTNESS_EXACT) {
    EXPECT_EQ(static_cast<int64_t>(calls.size()), count->calls());
  }
  EXPECT_GE(pages_, 2);
}

TEST_P(PlatformAdapterContract, ListsOnlyCallsOfThePeriod) {
  const Period whole = vendor_->period();
  const Period half{.start = whole.start, .end = whole.start + (whole.end - whole.start) / 2};
  VendorSession session = Session();

  const auto first = adapter().CountCalls(session, half);
  const auto second = adapter().CountCalls(session, {.start = half.end, .end = whole.end});
  const auto all = adapter().CountCalls(session, whole);

  ASSERT_THAT(first, testing::IsOk());
  ASSERT_THAT(second, testing::IsOk());
  if (all->exactness() != common::v1::EXACTNESS_EXACT) GTEST_SKIP() << "only an estimate";
  EXPECT_EQ(first->calls() + second->calls(), all->calls());
}

TEST_P(PlatformAdapterContract, FindsNothingInAnEmptyPeriod) {
  const Timestamp before = vendor_->period().start - std::chrono::hours(48);
  const Period empty{.start = before, .end = before + std::chrono::hours(1)};
  VendorSession session = Session();

  const auto count = adapter().CountCalls(session, empty);
  const auto page = adapter().ListCalls(session, empty, "");

  ASSERT_THAT(count, testing::IsOk());
  EXPECT_EQ(count->calls(), 0);
  ASSERT_THAT(page, testing::IsOk());
  EXPECT_EQ(page->calls_size(), 0);
  EXPECT_EQ(page->next_cursor(), "");
}

TEST_P(PlatformAdapterContract, KeepsTheVendorsRecordOfEveryCall) {
  for (const common::v1::CallRecord& call : ListAll()) {
    EXPECT_THAT(json::Document::Parse(call.source_metadata()), testing::IsOk());
    EXPECT_NE(call.source_metadata().find(call.source_call_id()), std::string::npos);
    EXPECT_TRUE(call.has_start_time());
  }
}

TEST_P(PlatformAdapterContract, LocatesRecordingsOfKnownCalls) {
  std::vector<std::string> ids = SomeIds(20);
  ids.push_back("1");  // not there
  VendorSession session = Session();

  const auto addresses = adapter().LocateMedia(session, ids);

  ASSERT_THAT(addresses, testing::IsOk());
  EXPECT_GE(addresses->size(), 1u);
  for (const MediaAddress& address : *addresses) {
    EXPECT_NE(std::find(ids.begin(), ids.end(), address.source_call_id), ids.end());
    EXPECT_NE(address.source_call_id, "1");
    EXPECT_GT(address.expires, SystemClock().Now());
  }
}

TEST_P(PlatformAdapterContract, KnowsNoRecordingOfAnUnknownCall) {
  VendorSession session = Session();

  const auto addresses = adapter().LocateMedia(session, {"1"});

  ASSERT_THAT(addresses, testing::IsOk());
  EXPECT_TRUE(addresses->empty());
}

TEST_P(PlatformAdapterContract, FetchesTranscriptsWithTheirOriginals) {
  const std::vector<std::string> ids = SomeIds(20);
  VendorSession session = Session();

  const auto transcripts = adapter().FetchTranscripts(session, ids);

  ASSERT_THAT(transcripts, testing::IsOk());
  EXPECT_GE(transcripts->size(), 1u);
  for (const v1::SourceTranscript& transcript : *transcripts) {
    EXPECT_NE(std::find(ids.begin(), ids.end(), transcript.source_call_id()), ids.end());
    EXPECT_GE(transcript.transcript().segments_size(), 1);
    EXPECT_THAT(json::Document::Parse(transcript.original()), testing::IsOk());
  }
}

TEST_P(PlatformAdapterContract, KnowsNoTranscriptOfAnUnknownCall) {
  VendorSession session = Session();

  const auto transcripts = adapter().FetchTranscripts(session, {"1"});

  ASSERT_THAT(transcripts, testing::IsOk());
  EXPECT_TRUE(transcripts->empty());
}

}  // namespace callimport::adapter_gateway
