// What a platform's answers must survive: being recorded and played, and being read again.
#pragma once

#include <cstdio>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "libs/crypto/base64.h"
#include "libs/crypto/digest.h"
#include "libs/http/url.h"
#include "services/adapter-gateway/cassettes/player.h"
#include "services/adapter-gateway/cassettes/recorder.h"
#include "services/adapter-gateway/platforms/contract_fixture.h"
#include "services/adapter-gateway/platforms/kept_records.h"

namespace callimport::adapter_gateway {

class CassetteContract : public PlatformAdapterContract {
 protected:
  ~CassetteContract() override { std::remove(file_.c_str()); }

  // Everything that an import asks, and what came of it.
  std::vector<std::string> Import(http::HttpClient& http) {
    const VendorLine line{.http = http,
                          .quota = line_.quota,
                          .breakers = line_.breakers,
                          .clock = line_.clock,
                          .pause = line_.pause};
    const Access access{.platform = vendor_->platform(),
                        .base_url = vendor_->base_url(),
                        .fields = vendor_->good_key(),
                        .account = "cassette"};
    VendorSession session(line, platform_.terms, access, adapter().Authorize(access),
                          {.until = SystemClock().Now() + std::chrono::seconds(60)});
    EXPECT_THAT(adapter().CheckAccess(session), testing::IsOk());
    std::vector<std::string> found;
    const std::vector<std::string> ids = ListTo(found, session);
    const auto transcripts = adapter().FetchTranscripts(session, ids);
    EXPECT_THAT(transcripts, testing::IsOk());
    for (const auto& each : *transcripts) found.push_back(each.transcript().SerializeAsString());
    const auto addresses = adapter().LocateMedia(session, ids);
    EXPECT_THAT(addresses, testing::IsOk());
    for (const MediaAddress& address : *addresses) {
      if (!address.url.empty()) found.push_back(Download(http, address.url));
    }
    return found;
  }

  // The ids of some calls.
  std::vector<std::string> ListTo(std::vector<std::string>& found, VendorSession& session) {
    constexpr size_t kSome = 20;
    std::vector<std::string> ids;
    std::string cursor;
    do {
      const auto page = adapter().ListCalls(session, vendor_->period(), cursor);
      EXPECT_THAT(page, testing::IsOk());
      if (!page.ok()) break;
      for (const common::v1::CallRecord& record : page->calls()) {
        if (ids.size() < kSome && IsEngagement(record)) ids.push_back(record.source_call_id());
        // Without what may hold the signature of an address.
        common::v1::CallRecord plain = record;
        plain.clear_source_metadata();
        found.push_back(plain.SerializeAsString());
      }
      cursor = page->next_cursor();
    } while (!cursor.empty());
    return ids;
  }

  static std::string Download(http::HttpClient& http, const std::string& url) {
    std::string body;
    const auto transfers = http.NewTransfers();
    transfers->Start(
        {.url = url},
        {.on_head = [](const auto&) { return absl::OkStatus(); },
         .on_chunk =
             [&](std::string_view chunk) {
               body.append(chunk);
               return absl::OkStatus();
             },
         .on_end = [](const absl::Status& status) { EXPECT_THAT(status, testing::IsOk()); }});
    while (transfers->under_way() > 0) transfers->Run(std::chrono::seconds(1));
    return body;
  }

  static std::string Content(const std::string& file) {
    const std::ifstream stream(file);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
  }

  void ExpectNoSecret() const {
    const std::string text = Content(file_);
    for (const auto& [name, secret] : vendor_->good_key()) {
      if (secret.Reveal().size() < 4) continue;  // such as the number of a company
      for (const std::string& form :
           {secret.Reveal(), http::EscapeQuery(secret.Reveal()), crypto::ToBase64(secret.Reveal()),
            crypto::ToHex(secret.Reveal())}) {
        EXPECT_EQ(text.find(form), std::string::npos) << name;
      }
    }
  }

  const std::string file_ =
      absl::StrCat(::testing::TempDir(), "/contract-", reinterpret_cast<uintptr_t>(this), ".jsonl");
};

TEST_P(CassetteContract, GivesTheSameWhenItIsPlayedAndHoldsNoSecret) {
  auto recorder = CassetteRecorder::Open(vendor_->http(), file_);
  ASSERT_THAT(recorder, testing::IsOk());
  const std::vector<std::string> live = Import(**recorder);
  EXPECT_EQ((*recorder)->left_out(), 0);
  ASSERT_GT(live.size(), vendor_->calls());
  ExpectNoSecret();
  const auto exchanges = ReadCassette(file_);
  ASSERT_THAT(exchanges, testing::IsOk());
  vendor_->Break(R"({"kind":"status","status":503})");  // nobody is to be asked any more

  CassettePlayer player(*exchanges);
  const std::vector<std::string> played = Import(player);

  EXPECT_TRUE(player.unanswered().empty()) << player.unanswered().front();
  ASSERT_EQ(played.size(), live.size());
  for (size_t i = 0; i < live.size(); ++i) ASSERT_EQ(played[i], live[i]) << i;
}

TEST_P(CassetteContract, IsPlayedByteForByte) {
  auto recorder = CassetteRecorder::Open(vendor_->http(), file_);
  ASSERT_THAT(recorder, testing::IsOk());
  Import(**recorder);
  const auto exchanges = ReadCassette(file_);
  ASSERT_THAT(exchanges, testing::IsOk());
  CassettePlayer player(*exchanges);

  for (const Exchange& recorded : *exchanges) {
    const auto played =
        player.Send({.method = recorded.method, .url = recorded.url, .body = recorded.request});
    ASSERT_THAT(played, testing::IsOk());
    EXPECT_EQ(played->status, recorded.answer->status);
    EXPECT_EQ(played->headers, recorded.answer->headers);
    ASSERT_EQ(played->body, recorded.answer->body) << recorded.url;
  }
}

TEST_P(CassetteContract, GoesOnAfterFaultsThatAreNotOnIt) {
  {
    auto recorder = CassetteRecorder::Open(vendor_->http(), file_);
    Import(**recorder);
  }
  CassettePlayer player(*ReadCassette(file_));
  player.set_faults(
      [](int answer) { return answer % 7 == 3 ? CassetteFault::kTrouble : CassetteFault::kNone; });
  std::vector<std::string> found;
  const VendorLine line{.http = player,
                        .quota = line_.quota,
                        .breakers = line_.breakers,
                        .clock = line_.clock,
                        .pause = [](auto) {}};
  const Access access{.platform = vendor_->platform(),
                      .base_url = vendor_->base_url(),
                      .fields = vendor_->good_key(),
                      .account = "faults"};
  VendorSession session(line, platform_.terms, access, adapter().Authorize(access),
                        {.until = SystemClock().Now() + std::chrono::seconds(60)});

  ListTo(found, session);

  EXPECT_GE(found.size(), vendor_->calls());
}

// But for the names of members, which take a look-up of their own.
TEST_P(CassetteContract, ReadsEveryRecordAgainAsItWasKept) {
  for (const common::v1::CallRecord& record : ListRecords(vendor_->period())) {
    if (record.kind() == common::v1::RECORD_KIND_MEDIA) continue;  // comes with its message
    const auto page = ReadKept(vendor_->platform(), record.source_metadata(), record.kind());
    ASSERT_EQ(page.unreadable_size(), 0) << page.unreadable(0).reason();
    ASSERT_GE(page.calls_size(), 1);
    EXPECT_EQ(page.calls(0).source_call_id(), record.source_call_id());
    EXPECT_EQ(page.calls(0).kind(), record.kind());
    EXPECT_EQ(page.calls(0).start_time().seconds(), record.start_time().seconds());
    EXPECT_EQ(page.calls(0).source_metadata(), record.source_metadata());
  }
}

}  // namespace callimport::adapter_gateway
