#include "services/adapter-gateway/webhooks/formats/readers.h"

#include <gtest/gtest.h>

#include "libs/catalog/catalog.h"
#include "libs/crypto/digest.h"
#include "libs/testing/status_matchers.h"

namespace callimport::adapter_gateway {
namespace {

using testing::HasCode;
using testing::IsOk;

struct Case {
  std::string platform;
  std::string content;
  // What is to come of it.
  std::string event_type;
  std::string call;
  std::string business_key;
  bool concerns_calls = true;
};

// As the vendors' pages show them, cut down to what is read.
std::vector<Case> Cases() {
  return {
      {"gong", R"({"callData":{"metaData":{"id":"7"}},"isTest":false})", "call", "7", "7"},
      {"gong", R"({"isTest":true})", "call", "", "", false},
      {"openphone",
       R"({"id":"EV1","type":"call.recording.completed","data":{"resource":{"id":"RE1","callId":"AC1"}}})",
       "call.recording.completed", "AC1", "EV1"},
      {"openphone",
       R"({"id":"EV2","object":"event","type":"call.completed",)"
       R"("data":{"object":{"id":"AC2","object":"call"}}})",
       "call.completed", "AC2", "EV2"},
      {"openphone", R"({"id":"EV3","type":"task.created","data":{"resource":{"id":"T1"}}})",
       "task.created", "", "EV3", false},
      {"openphone", R"({"id":"EV4","type":"message.received","data":{"resource":{"id":"AC9"}}})",
       "message.received", "AC9", "EV4"},
      {"retreaver", R"({"call_uuid":"u-1","event":"end","updated_at":"2026-01-05T10:00:00Z"})",
       "call.end", "u-1", "call.end u-1 2026-01-05T10:00:00Z"},
      {"retreaver", R"({"call_uuid":"u-1"})", "call.end", "u-1", "call.end u-1 "},
      {"retreaver", R"({"call_uuid":"u-1","event":"start"})", "call.start", "u-1",
       "call.start u-1 ", false},
      {"retreaver", R"({"call_uuid":"u-1","event":"target_selected"})", "call.target_selected",
       "u-1", "call.target_selected u-1 ", false},
      {"retreaver", R"({"call_uuid":"u-1","event":"answered"})", "call.answered", "u-1",
       "call.answered u-1 ", false},
      {"retreaver", R"({"uuid":"u-1","event":"converted"})", "call.converted", "u-1",
       "call.converted u-1 "},
      {"retreaver", R"({"event":"end"})", "call.end", "", "", false},
      {"zoom_phone",
       R"({"event":"phone.recording_completed","event_ts":1767225600123,"payload":)"
       R"({"object":{"recordings":[{"id":"r1","call_id":"7072598989368290001"}]}}})",
       "phone.recording_completed", "7072598989368290001",
       "phone.recording_completed r1 1767225600123"},
      {"ringcentral",
       R"({"uuid":"d1","event":"/restapi/v1.0/account/1/telephony/sessions",)"
       R"("timestamp":"2026-01-05T10:00:00Z","body":{"telephonySessionId":"s-1"}})",
       "/restapi/v1.0/account/1/telephony/sessions", "s-1", ""},
      {"ringcentral", R"({"uuid":"d2","event":"/restapi/v1.0/subscription/~"})",
       "/restapi/v1.0/subscription/~", "", "", false},
      {"dialpad",
       R"({"call_id":5780678946840576,"state":"hangup","event_timestamp":1767225600123})", "hangup",
       "5780678946840576", "5780678946840576 hangup 1767225600123"},
      {"fireflies",
       R"({"event":"meeting.transcribed","timestamp":1767225600123,"meeting_id":"m1"})",
       "meeting.transcribed", "m1", "meeting.transcribed m1 1767225600123"},
      {"fireflies", R"({"meetingId":"m1","eventType":"Transcription completed"})",
       "Transcription completed", "m1", "Transcription completed m1 "},
      {"fathom", R"({"recording_id":123456789,"title":"Intro"})", "meeting", "123456789", ""},
      {"grain", R"({"type":"recording_added","user_id":"u","data":{"id":"g1"}})", "recording_added",
       "g1", ""},
      {"grain", "{}", "", "", "", false},
  };
}

TEST(WebhookReadersTest, ReadWhatEachVendorSends) {
  for (const Case& each : Cases()) {
    const WebhookFormat* format = FindWebhookFormat(each.platform);
    ASSERT_NE(format, nullptr) << each.platform;
    const auto facts = format->read({}, each.content);
    ASSERT_THAT(facts, IsOk()) << each.content;
    EXPECT_EQ(facts->event_type, each.event_type) << each.content;
    EXPECT_EQ(facts->source_call_id, each.call) << each.content;
    EXPECT_EQ(facts->business_key, each.business_key) << each.content;
    EXPECT_EQ(facts->concerns_calls, each.concerns_calls) << each.content;
  }
}

TEST(WebhookReadersTest, RefuseWhatIsInNoKnownForm) {
  for (const char* platform : {"gong", "openphone", "retreaver", "zoom_phone", "ringcentral",
                               "dialpad", "fireflies", "fathom", "grain"}) {
    for (const char* content : {"", "[]", "\"x\"", "{",
                                R"({"event":[],"type":[],"id":{},)"
                                R"("state":{},"recording_id":[]})"}) {
      const auto facts = FindWebhookFormat(platform)->read({}, content);
      if (facts.ok()) {
        // Gong reads none of these fields, and finds no call.
        EXPECT_EQ(facts->source_call_id, "") << platform << content;
      } else {
        EXPECT_THAT(facts, HasCode(absl::StatusCode::kInvalidArgument)) << platform << content;
      }
    }
  }
}

TEST(WebhookReadersTest, TakeIdsOfCallsThatAreAsLongAsListingsTakeThem) {
  const auto read = [](size_t bytes) {
    const std::string id(bytes, 'x');
    return FindWebhookFormat("retreaver")->read({}, R"({"call_uuid":")" + id + "\"}");
  };
  ASSERT_THAT(read(4'096), IsOk());
  EXPECT_EQ(read(4'096)->source_call_id, std::string(4'096, 'x'));
  EXPECT_FALSE(read(4'097).ok());
  EXPECT_FALSE(FindWebhookFormat("retreaver")->read({}, R"({"call_uuid":"a\u0000b"})").ok());
}

// However long a vendor makes it, it is one delivery.
TEST(WebhookReadersTest, KnowALongDeliveryIdByItsDigest) {
  const auto read = FindWebhookFormat("fathom")->read;
  const auto key_of = [&](const std::string& id) {
    return read({.headers = {{"webhook-id", id}}}, R"({"recording_id":1})")->delivery_id;
  };
  const std::string id(255, 'x');
  EXPECT_EQ(key_of(id), id);
  EXPECT_EQ(key_of(id + "1"), "sha256:" + crypto::ToHex(crypto::Sha256(id + "1")));
  EXPECT_NE(key_of(id + "1"), key_of(id + "2"));
  const std::string body = R"({"id":")" + id + R"(1","type":"call.completed"})";
  const auto facts = FindWebhookFormat("openphone")->read({}, body);
  ASSERT_THAT(facts, IsOk());
  EXPECT_EQ(facts->business_key, key_of(id + "1"));
}

TEST(WebhookReadersTest, TheDeliveryIdOfAHeaderIsPlainText) {
  const auto read = FindWebhookFormat("fathom")->read;
  const std::string body = R"({"recording_id":1})";
  EXPECT_EQ(read({.headers = {{"webhook-id", "msg_1"}}}, body)->delivery_id, "msg_1");
  EXPECT_EQ(read({.headers = {{"webhook-id", "\xFF"}}}, body)->delivery_id, "");
}

TEST(WebhookReadersTest, ReadThoseOfEveryPlatformThatIsSaidToSendThem) {
  const auto catalog = LoadCatalog(CATALOG_DIR);
  ASSERT_THAT(catalog, IsOk());
  for (const auto& platform : *catalog) {
    EXPECT_EQ(platform.supports_webhooks(), FindWebhookFormat(platform.platform()) != nullptr)
        << platform.platform();
  }
}

TEST(WebhookReadersTest, PlatformsWithoutWebhooksHaveNoFormat) {
  for (const char* platform : {"five9", "youtube", "nobody"}) {
    EXPECT_EQ(FindWebhookFormat(platform), nullptr) << platform;
  }
}

}  // namespace
}  // namespace callimport::adapter_gateway
