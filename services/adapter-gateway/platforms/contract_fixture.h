// What the tests of the contract are made of: a vendor that can be asked for the truth, and an
// adapter that is asked about it.
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

}  // namespace callimport::adapter_gateway
