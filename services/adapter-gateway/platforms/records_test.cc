#include "services/adapter-gateway/platforms/records.h"

#include <gtest/gtest.h>

#include "services/adapter-gateway/platforms/language.h"

namespace callimport::adapter_gateway {
namespace {

using common::v1::CallRecord;
using common::v1::Participant;

v1::ListCallsResponse PageOf(const std::string& answer) {
  v1::ListCallsResponse page;
  ReadCalls(
      *json::Document::Parse(answer), "calls",
      [](const json::Object& record, CallRecord& call) {
        call.set_source_call_id(record.Id("id"));
        call.set_title(record.Text("title"));
      },
      page);
  return page;
}

TEST(Records, KeepTheirBytes) {
  EXPECT_EQ(PageOf(R"({"calls":[ {"id": 7,  "x":[ ]} ]})").calls(0).source_metadata(),
            R"({"id": 7,  "x":[ ]})");
}

TEST(Records, SpoilNoOtherRecord) {
  const auto page = PageOf(
      R"({"calls":[{"id":"1"},{"id":"2","title":5},{"title":"x"},{"id":"4","title":"\ud800"},{"id":"5"}]})");

  ASSERT_EQ(page.calls_size(), 2);
  EXPECT_EQ(page.calls(0).source_call_id(), "1");
  EXPECT_EQ(page.calls(1).source_call_id(), "5");
  ASSERT_EQ(page.unreadable_size(), 3);
  EXPECT_EQ(page.unreadable(0).source_call_id(), "2");
  EXPECT_EQ(page.unreadable(0).reason(), "calls[1].title: text is expected");
  EXPECT_EQ(page.unreadable(1).reason(), "the call has no id");
  EXPECT_EQ(page.unreadable(2).source_call_id(), "4");
  EXPECT_EQ(page.unreadable(0).source_metadata(), R"({"id":"2","title":5})");
}

TEST(Records, WithEndlessIdsAreUnreadable) {
  const auto page = PageOf(R"({"calls":[{"id":")" + std::string(4'097, '1') + R"("}]})");

  EXPECT_EQ(page.unreadable(0).reason(), "the id is too long");
  EXPECT_EQ(page.unreadable(0).source_call_id(), "");
}

TEST(Records, ThatWereKeptAreAnAnswerAgain) {
  const std::string kept =
      PageOf(R"({"calls":[{"id":"2","title":5}]})").unreadable(0).source_metadata();

  const json::Document again = AnswerOf("calls", kept);

  EXPECT_EQ(again.root().raw(), R"({"calls":[{"id":"2","title":5}]})");
  EXPECT_EQ(AnswerOf("", kept).root().raw(), R"([{"id":"2","title":5}])");
  EXPECT_EQ(AnswerOf("calls", "{broken").root().raw(), "[]");
}

TEST(Records, MayBeAbsent) {
  EXPECT_EQ(PageOf("{}").calls_size(), 0);
  EXPECT_EQ(PageOf(R"({"calls":null})").calls_size(), 0);
}

TEST(Records, OfTranscriptsAreOrderedAndKeptWithinTheirRange) {
  std::vector<v1::SourceTranscript> transcripts(2);
  AddSegment(*transcripts[0].mutable_transcript(), 5000, 4000, "b", "second");
  AddSegment(*transcripts[0].mutable_transcript(), -7, int64_t{1} << 40, "a", "first");

  Normalize(transcripts);

  ASSERT_EQ(transcripts.size(), 1u);
  const auto& segments = transcripts[0].transcript().segments();
  EXPECT_EQ(segments[0].text(), "first");
  EXPECT_EQ(segments[0].start_ms(), 0);
  EXPECT_EQ(segments[0].end_ms(), INT32_MAX);
  EXPECT_EQ(segments[1].end_ms(), 5000);
}

TEST(Records, TellInsidersFromOutsiders) {
  EXPECT_EQ(ToAffiliation("INTERNAL"), Participant::AFFILIATION_INTERNAL);
  EXPECT_EQ(ToAffiliation("External"), Participant::AFFILIATION_EXTERNAL);
  EXPECT_EQ(ToAffiliation("Unknown"), Participant::AFFILIATION_UNSPECIFIED);
}

TEST(Language, IsReadInEveryCommonForm) {
  EXPECT_EQ(ToIso6391("eng"), "en");
  EXPECT_EQ(ToIso6391("en-US"), "en");
  EXPECT_EQ(ToIso6391("DEU"), "de");
  EXPECT_EQ(ToIso6391("ger"), "de");
  EXPECT_EQ(ToIso6391("xyz"), "");
  EXPECT_EQ(ToIso6391(""), "");
}

}  // namespace
}  // namespace callimport::adapter_gateway
