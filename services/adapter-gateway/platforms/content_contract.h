// Recordings and transcripts: byte for byte, in order, and never a part for the whole.
#pragma once

#include <algorithm>
#include <string>

#include "services/adapter-gateway/platforms/contract_fixture.h"

namespace callimport::adapter_gateway {

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
    EXPECT_TRUE(address.url.empty() || !address.never_recorded);
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

TEST_P(PlatformAdapterContract, LooksUpAnotherAddressWhenAPageComesInstead) {
  const std::string id = RecordedCall();
  vendor_->Break(R"({"kind":"html","times":1,"match":{"endpoint":"media"}})");

  const ReceivedRecording received = Download(id);

  EXPECT_THAT(received.end, testing::IsOk());
  EXPECT_TRUE(received.data == vendor_->RecordingOf(id));
}

TEST_P(PlatformAdapterContract, GoesOnWhereARecordingBrokeOff) {
  const std::string id = RecordedCall();
  vendor_->Break(R"({"kind":"truncated","times":1,"match":{"endpoint":"media"}})");

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

}  // namespace callimport::adapter_gateway
