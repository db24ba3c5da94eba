// What every adapter must do, as tests. A platform's test says where its vendor is:
//
//   INSTANTIATE_TEST_SUITE_P(Gong, PlatformAdapterContract, ::testing::Values(kFakeGong));
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "libs/common/errors.h"
#include "libs/common/proto_time.h"
#include "libs/testing/status_matchers.h"
#include "services/adapter-gateway/media/media_fetcher.h"
#include "services/adapter-gateway/platforms/needed_fields.h"
#include "services/adapter-gateway/platforms/platform_adapter.h"

namespace callimport::adapter_gateway {

// A vendor that holds more than one page of calls, all of them in the period.
class ContractVendor {
 public:
  virtual ~ContractVendor() = default;

  // The catalog's name.
  virtual std::string platform() = 0;
  virtual std::unique_ptr<PlatformAdapter> MakeAdapter() = 0;
  virtual http::HttpClient& http() = 0;
  virtual std::string base_url() = 0;
  virtual Period period() = 0;
  // Accepted, unknown, and known but not allowed to list calls.
  virtual CredentialFields good_key() = 0;
  virtual CredentialFields bad_key() = 0;
  virtual CredentialFields forbidden_key() = 0;

  // What is true: calls that can be imported, and the recording of one; empty: it has none.
  virtual uint64_t calls() = 0;
  virtual std::string RecordingOf(const std::string& source_call_id) = 0;
  virtual bool has_transcripts() { return true; }
  // The name of the field that holds a call's id.
  virtual std::string id_field() { return "id"; }

  // What goes wrong from now on, as tests/fake_vendors has it: {"kind":"status","status":503}.
  virtual void Break(const std::string& fault) = 0;
  virtual void Mend() = 0;
};

using MakeContractVendor = std::function<std::unique_ptr<ContractVendor>()>;

// One recording, as it comes.
struct ReceivedRecording : MediaSink {
  absl::Status OnHead(size_t, const http::Head&) override { return absl::OkStatus(); }
  absl::Status OnChunk(size_t, std::string_view chunk) override {
    data.append(chunk);
    return absl::OkStatus();
  }
  absl::Status OnEnd(size_t, const absl::Status& status) override {
    end = status;
    return absl::OkStatus();
  }
  absl::Status Flush() override { return absl::OkStatus(); }

  std::string data;
  absl::Status end = absl::UnknownError("not ended");
};

class PlatformAdapterContract : public ::testing::TestWithParam<MakeContractVendor> {
 protected:
  using Ids = std::vector<std::string>;

  PlatformAdapterContract() {
    platform_.adapter = vendor_->MakeAdapter();
    platform_.terms.sentinel = std::make_unique<ContractSentinel>(
        "contract", NeededFieldsOf(vendor_->platform()), SystemClock());
  }

  // Every session is another account's, so that troubles of one question are not the next one's.
  VendorSession SessionWith(const CredentialFields& fields, const std::string& base_url,
                            std::chrono::milliseconds patience = std::chrono::seconds(20)) {
    access_ = std::make_shared<Access>(Access{.platform = vendor_->platform(),
                                              .base_url = base_url,
                                              .fields = fields,
                                              .account = std::to_string(++sessions_)});
    return {line_,
            platform_.terms,
            *access_,
            adapter().Authorize(*access_),
            {.until = SystemClock().Now() + patience}};
  }
  VendorSession Session() { return SessionWith(vendor_->good_key(), vendor_->base_url()); }
  const PlatformAdapter& adapter() { return *platform_.adapter; }

  absl::Status CheckAccess(const CredentialFields& fields, const std::string& base_url) {
    VendorSession session = SessionWith(fields, base_url);
    return adapter().CheckAccess(session).status();
  }

  absl::StatusOr<v1::ListCallsResponse> List(
      const std::string& cursor, std::chrono::milliseconds patience = std::chrono::seconds(20)) {
    VendorSession session = SessionWith(vendor_->good_key(), vendor_->base_url(), patience);
    return adapter().ListCalls(session, vendor_->period(), cursor);
  }

  static bool IsEngagement(const common::v1::CallRecord& record) {
    return record.kind() == common::v1::RECORD_KIND_UNSPECIFIED ||
           record.kind() == common::v1::RECORD_KIND_CALL ||
           record.kind() == common::v1::RECORD_KIND_VOICEMAIL;
  }

  std::vector<common::v1::CallRecord> ListRecords(const Period& period) {
    VendorSession session = Session();
    std::vector<common::v1::CallRecord> records;
    std::string cursor;
    do {
      const auto page = adapter().ListCalls(session, period, cursor);
      EXPECT_THAT(page, testing::IsOk());
      if (!page.ok()) break;
      EXPECT_EQ(page->unreadable_size(), 0) << page->unreadable(0).reason();
      records.insert(records.end(), page->calls().begin(), page->calls().end());
      cursor = page->next_cursor();
      ++pages_;
    } while (!cursor.empty());
    return records;
  }

  // Those that are imported.
  std::vector<common::v1::CallRecord> ListCalls(const Period& period) {
    std::vector<common::v1::CallRecord> calls = ListRecords(period);
    std::erase_if(calls, [](const auto& record) { return !IsEngagement(record); });
    return calls;
  }
  std::vector<common::v1::CallRecord> ListAll() { return ListCalls(vendor_->period()); }

  static std::set<std::string> IdsOf(const std::vector<common::v1::CallRecord>& calls) {
    std::set<std::string> ids;
    for (const common::v1::CallRecord& call : calls) ids.insert(call.source_call_id());
    return ids;
  }

  Ids SomeIds(size_t count) {
    Ids ids;
    for (const common::v1::CallRecord& call : ListAll()) {
      if (ids.size() < count) ids.push_back(call.source_call_id());
    }
    return ids;
  }
  // A call that has a recording.
  std::string RecordedCall() {
    for (const std::string& id : SomeIds(100)) {
      if (!vendor_->RecordingOf(id).empty()) return id;
    }
    ADD_FAILURE() << "no call has a recording";
    return "";
  }

  ReceivedRecording Download(const std::string& id) {
    Session();
    VendorAccount account{&platform_, access_};
    ReceivedRecording received;
    const Patience patience{.until = SystemClock().Now() + std::chrono::seconds(20)};
    EXPECT_THAT(media_.Fetch(account, {id}, patience, received), testing::IsOk());
    return received;
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
  Platform platform_{.descriptor = {},
                     .terms = {.name = "The vendor",
                               .quota = {},
                               .egress = EgressRules({}, {"127.0.0.1", "nobody.invalid"}, true),
                               .metrics = std::make_unique<VendorMetrics>("contract")},
                     .adapter = nullptr};
  AddressBook addresses_{SystemClock()};
  DownloadSlots slots_{SystemClock()};
  MediaFetcher media_{line_, addresses_, slots_};
  std::shared_ptr<const Access> access_;
  int sessions_ = 0;
  int pages_ = 0;
};

// Access

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

// Listing

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

// Errors

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

// Recordings

TEST_P(PlatformAdapterContract, LocatesRecordingsOfKnownCalls) {
  Ids ids = SomeIds(20);
  ids.push_back("1");  // not there
  VendorSession session = Session();

  const auto addresses = adapter().LocateMedia(session, ids);

  ASSERT_THAT(addresses, testing::IsOk());
  EXPECT_GE(addresses->size(), 1u);
  for (const MediaAddress& address : *addresses) {
    EXPECT_NE(std::find(ids.begin(), ids.end(), address.source_call_id), ids.end());
    EXPECT_NE(address.source_call_id, "1");
    EXPECT_THAT(address.error, testing::IsOk());
    EXPECT_GT(address.expires, SystemClock().Now());
    EXPECT_EQ(address.url.empty(), vendor_->RecordingOf(address.source_call_id).empty());
  }
}

TEST_P(PlatformAdapterContract, KnowsNoRecordingOfAnUnknownCall) {
  VendorSession session = Session();

  const auto addresses = adapter().LocateMedia(session, {"1"});

  ASSERT_THAT(addresses, testing::IsOk());
  EXPECT_TRUE(addresses->empty());
}

TEST_P(PlatformAdapterContract, LeadsToTheRecordingByteForByte) {
  const std::string id = RecordedCall();

  const ReceivedRecording received = Download(id);

  EXPECT_THAT(received.end, testing::IsOk());
  EXPECT_TRUE(received.data == vendor_->RecordingOf(id));
}

TEST_P(PlatformAdapterContract, LooksUpAnotherAddressWhenOneHasExpired) {
  const std::string id = RecordedCall();
  vendor_->Break(R"({"kind":"expired_address","times":1,"match":{"endpoint":"media"}})");

  const ReceivedRecording received = Download(id);

  EXPECT_THAT(received.end, testing::IsOk());
  EXPECT_TRUE(received.data == vendor_->RecordingOf(id));
}

TEST_P(PlatformAdapterContract, NeverTakesAPartForTheWhole) {
  const std::string id = RecordedCall();
  vendor_->Break(R"({"kind":"truncated","match":{"endpoint":"media"}})");

  EXPECT_THAT(Download(id).end, testing::HasReason("RECORDING_TRUNCATED"));
}

TEST_P(PlatformAdapterContract, SpoilsNoRecordingByTheTroubleOfAnother) {
  const Ids ids = SomeIds(6);
  vendor_->Break(R"({"kind":"status","status":500,"match":{"calls":[")" + ids[2] + R"("]}})");
  VendorSession session = Session();

  const auto addresses = adapter().LocateMedia(session, ids);

  // Where all are asked for in one question, they share its fate.
  if (!addresses.ok()) {
    EXPECT_THAT(addresses, testing::HasReason("VENDOR_ERROR"));
    return;
  }
  for (const MediaAddress& address : *addresses) {
    EXPECT_EQ(address.error.ok(), address.source_call_id != ids[2]);
  }
}

// Transcripts

TEST_P(PlatformAdapterContract, FetchesTranscriptsWithTheirOriginals) {
  if (!vendor_->has_transcripts()) GTEST_SKIP() << "the vendor has none";
  const Ids ids = SomeIds(20);
  VendorSession session = Session();

  const auto transcripts = adapter().FetchTranscripts(session, ids);

  ASSERT_THAT(transcripts, testing::IsOk());
  EXPECT_GE(transcripts->size(), 1u);
  EXPECT_LT(transcripts->size(), ids.size());  // some have none
  for (const v1::SourceTranscript& transcript : *transcripts) {
    EXPECT_NE(std::find(ids.begin(), ids.end(), transcript.source_call_id()), ids.end());
    EXPECT_GE(transcript.transcript().segments_size(), 1);
    EXPECT_THAT(json::Document::Parse(transcript.original()), testing::IsOk());
    EXPECT_EQ(transcript.transcript().engine(), "source:" + vendor_->platform());
  }
}

TEST_P(PlatformAdapterContract, PutsTranscriptsInOrder) {
  const Ids ids = SomeIds(20);
  VendorSession session = Session();

  const auto transcripts = adapter().FetchTranscripts(session, ids);

  ASSERT_THAT(transcripts, testing::IsOk());
  for (const v1::SourceTranscript& transcript : *transcripts) {
    int32_t last = 0;
    for (const common::v1::Segment& segment : transcript.transcript().segments()) {
      EXPECT_GE(segment.start_ms(), last);
      EXPECT_GE(segment.end_ms(), segment.start_ms());
      EXPECT_FALSE(segment.text().empty());
      last = segment.start_ms();
    }
  }
}

TEST_P(PlatformAdapterContract, KnowsNoTranscriptOfAnUnknownCall) {
  VendorSession session = Session();

  const auto transcripts = adapter().FetchTranscripts(session, {"1"});

  ASSERT_THAT(transcripts, testing::IsOk());
  EXPECT_TRUE(transcripts->empty());
}

// The vendor's side of it

TEST_P(PlatformAdapterContract, FindsEveryFieldThatItNeeds) {
  EXPECT_THAT(CheckAccess(vendor_->good_key(), vendor_->base_url()), testing::IsOk());
  const Ids ids = SomeIds(20);
  VendorSession session = Session();
  EXPECT_THAT(adapter().LocateMedia(session, ids), testing::IsOk());
  EXPECT_THAT(adapter().FetchTranscripts(session, ids), testing::IsOk());

  const auto sights = platform_.terms.sentinel->sights();

  EXPECT_FALSE(sights.empty());
  for (const ContractSentinel::Sight& sight : sights) {
    EXPECT_GT(sight.found, 0) << sight.field;
    EXPECT_EQ(sight.missing, 0) << sight.field;
  }
}

TEST_P(PlatformAdapterContract, IsToldOfAFieldThatIsGoneWhileItStillWorks) {
  std::set<std::string> told;
  for (const NeededField& needed : NeededFieldsOf(vendor_->platform())) {
    const std::string field = needed.field.substr(needed.field.rfind('.') + 1);
    if (field == vendor_->id_field() || needed.list == "records") continue;
    vendor_->Mend();
    vendor_->Break(R"({"kind":"without_field","field":")" + field +
                   R"(","match":{"endpoint":"api"}})");
    std::string cursor;
    do {
      const auto page = List(cursor);
      ASSERT_THAT(page, testing::IsOk());
      cursor = page->next_cursor();
    } while (!cursor.empty());
    for (const std::string& drifting : platform_.terms.sentinel->Drifting()) told.insert(drifting);
  }

  EXPECT_FALSE(told.empty());
}

}  // namespace callimport::adapter_gateway
