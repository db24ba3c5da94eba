// Access, and what is listed with it: every call once, of the period alone, from any cursor.
#pragma once

#include <set>
#include <utility>
#include <vector>

#include "services/adapter-gateway/platforms/contract_fixture.h"

namespace callimport::adapter_gateway {

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

  EXPECT_EQ(IdsOf(calls).size(), calls.size());
  EXPECT_EQ(calls.size(), vendor_->calls());
  if (count->exactness() == common::v1::EXACTNESS_EXACT) {
    EXPECT_EQ(static_cast<int64_t>(calls.size()), count->calls());
  }
  EXPECT_GE(pages_, 2);
}

TEST_P(PlatformAdapterContract, ListsOnlyCallsOfThePeriod) {
  const Period whole = vendor_->period();
  const Period half{.start = whole.start, .end = whole.start + (whole.end - whole.start) / 2};

  const auto first = ListCalls(half);
  const auto second = ListCalls({.start = half.end, .end = whole.end});

  for (const auto& call : first) EXPECT_LT(FromProto(call.start_time()), half.end);
  for (const auto& call : second) EXPECT_GE(FromProto(call.start_time()), half.end);
  EXPECT_EQ(first.size() + second.size(), vendor_->calls());
}

TEST_P(PlatformAdapterContract, FindsNothingInAnEmptyPeriod) {
  const Timestamp before = vendor_->period().start - std::chrono::hours(48);
  const Period empty{.start = before, .end = before + std::chrono::hours(1)};
  VendorSession session = Session();

  const auto count = adapter().CountCalls(session, empty);

  ASSERT_THAT(count, testing::IsOk());
  EXPECT_EQ(count->calls(), 0);
  EXPECT_TRUE(ListCalls(empty).empty());
}

TEST_P(PlatformAdapterContract, ListsTheSameInWhateverOrderTheVendorHasThem) {
  const auto ordered = IdsOf(ListAll());
  vendor_->Break(R"({"kind":"shuffled","match":{"endpoint":"api"}})");

  EXPECT_EQ(IdsOf(ListAll()), ordered);
}

// Whoever stores them knows them by their ids.
TEST_P(PlatformAdapterContract, ListsNothingElseWhenTheVendorRepeatsItself) {
  const auto once = IdsOf(ListAll());
  vendor_->Break(R"({"kind":"repeated","match":{"endpoint":"api"}})");

  EXPECT_EQ(IdsOf(ListAll()), once);
}

TEST_P(PlatformAdapterContract, RefusesACursorThatIsNone) {
  EXPECT_THAT(List("no-cursor"), testing::HasReason("VENDOR_REFUSED"));
}

TEST_P(PlatformAdapterContract, GoesOnFromAnyCursorInAnotherSession) {
  const auto first = List("");
  ASSERT_THAT(first, testing::IsOk());

  const auto once = List(first->next_cursor());
  const auto again = List(first->next_cursor());

  ASSERT_THAT(once, testing::IsOk());
  ASSERT_THAT(again, testing::IsOk());
  EXPECT_EQ(IdsOf({once->calls().begin(), once->calls().end()}),
            IdsOf({again->calls().begin(), again->calls().end()}));
  EXPECT_EQ(once->next_cursor().empty(), again->next_cursor().empty());
}

TEST_P(PlatformAdapterContract, KeepsTheVendorsRecordOfEveryCall) {
  for (const common::v1::CallRecord& call : ListAll()) {
    EXPECT_THAT(json::Document::Parse(call.source_metadata()), testing::IsOk());
    EXPECT_NE(call.source_metadata().find(call.source_call_id()), std::string::npos);
    EXPECT_TRUE(call.has_start_time());
  }
}

TEST_P(PlatformAdapterContract, KnowsEveryRecordByKindAndId) {
  std::set<std::pair<int, std::string>> seen;
  for (const common::v1::CallRecord& record : ListRecords(vendor_->period())) {
    EXPECT_FALSE(record.source_call_id().empty());
    EXPECT_FALSE(record.source_metadata().empty());
    EXPECT_TRUE(seen.emplace(record.kind(), record.source_call_id()).second)
        << record.source_call_id();
  }
}

TEST_P(PlatformAdapterContract, NamesRecordsThatCannotBeReadAndGoesOn) {
  vendor_->Break(R"({"kind":"without_field","field":")" + vendor_->id_field() +
                 R"(","match":{"endpoint":"api"}})");

  const auto page = List("");

  ASSERT_THAT(page, testing::IsOk());
  EXPECT_EQ(page->calls_size(), 0);
  ASSERT_GT(page->unreadable_size(), 0);
  EXPECT_NE(page->unreadable(0).reason().find(vendor_->id_field()), std::string::npos);
}

}  // namespace callimport::adapter_gateway
