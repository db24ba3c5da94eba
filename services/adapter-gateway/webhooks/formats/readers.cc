#include "services/adapter-gateway/webhooks/formats/readers.h"

#include <algorithm>
#include <array>
#include <functional>
#include <initializer_list>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/crypto/digest.h"
#include "libs/json/iso_time.h"
#include "libs/json/object.h"
#include "services/adapter-gateway/platforms/gong/mapping.h"
#include "services/adapter-gateway/platforms/records.h"
#include "services/adapter-gateway/webhooks/signatures/hmac_schemes.h"

namespace callimport::adapter_gateway {
namespace {

using std::chrono::milliseconds;

constexpr size_t kMaxKeyBytes = 255;

absl::Status Malformed(const std::string& why) {
  return Error(absl::StatusCode::kInvalidArgument, "DELIVERY_MALFORMED", why);
}

bool IsText(const std::string& text, size_t max_bytes) {
  return text.size() <= max_bytes && text.find('\0') == std::string::npos;
}

// By which a delivery is known again. Vendors may make it as long as they like; here its digest
// stands for one that is long.
std::string ToKey(std::string id) {
  return id.size() <= kMaxKeyBytes ? std::move(id)
                                   : absl::StrCat("sha256:", crypto::ToHex(crypto::Sha256(id)));
}

// Reads a JSON object, and looks at what came of it.
absl::StatusOr<WebhookFacts> Read(
    const std::string& content,
    const std::function<void(const json::Object&, WebhookFacts&)>& fill) {
  ASSIGN_OR_RETURN(const json::Document document, json::Document::Parse(content));
  if (document.root().kind() != json::Kind::kObject) return Malformed("holds no object");
  json::Faults faults;
  WebhookFacts facts;
  fill(json::Object(document.root(), faults), facts);
  RETURN_IF_ERROR(faults.status());
  facts.delivery_id = ToKey(std::move(facts.delivery_id));
  facts.business_key = ToKey(std::move(facts.business_key));
  for (const std::string& text : {facts.delivery_id, facts.event_type, facts.business_key}) {
    if (!IsText(text, kMaxKeyBytes)) return Malformed("a word is too long, or holds a NUL");
  }
  if (!IsText(facts.source_call_id, kMaxIdBytes)) return Malformed("the call's id is too long");
  return facts;
}

// The vendor's id in a header; empty where it is nothing that a vendor would send.
std::string HeaderId(const http::ServedRequest& request, const std::string& name) {
  std::string id = HeaderOf(request, name);
  const bool plain = std::ranges::all_of(id, [](char c) { return c > ' ' && c < 0x7F; });
  return plain ? id : "";
}

// The first that is not empty.
std::string FirstOf(std::initializer_list<std::string> texts) {
  for (const std::string& text : texts) {
    if (!text.empty()) return text;
  }
  return "";
}

std::optional<Timestamp> EpochMs(const std::optional<int64_t>& number) {
  if (!number || *number < 0) return std::nullopt;
  return ParseEpoch(std::to_string(*number), milliseconds(1));
}

template <size_t N>
bool IsOneOf(const std::string& text, const std::array<const char*, N>& words) {
  for (const char* word : words) {
    if (text == word) return true;
  }
  return false;
}

// What is not over yet cannot be imported.
constexpr std::array kOpenPhoneUnfinished{"call.ringing", "call.answered", "call.forwarded",
                                          "call.menu.selected"};
constexpr std::array kRetreaverUnfinished{"start", "target_selected", "answered"};

}  // namespace

absl::StatusOr<WebhookFacts> ReadGongWebhook(const http::ServedRequest& /*request*/,
                                             const std::string& content) {
  return Read(content, [](const json::Object& event, WebhookFacts& facts) {
    const json::Object call = event.Child("callData");
    facts.event_type = "call";
    facts.concerns_calls = !event.Flag("isTest").value_or(false);
    if (!facts.concerns_calls && !call.Child("metaData").Has("id")) return;
    common::v1::CallRecord record;
    gong::FillCall(call, record);
    record.set_source_metadata(call.raw().data(), call.raw().size());
    facts.source_call_id = record.source_call_id();
    // Several rules may fire for one call.
    facts.business_key = facts.source_call_id;
    facts.record = std::move(record);
  });
}

absl::StatusOr<WebhookFacts> ReadOpenPhoneWebhook(const http::ServedRequest& request,
                                                  const std::string& content) {
  return Read(content, [&](const json::Object& event, WebhookFacts& facts) {
    // The older interface says "object" instead of "resource".
    const json::Object data = event.Child("data");
    const json::Object resource = data.Child(data.Has("resource") ? "resource" : "object");
    facts.delivery_id = FirstOf({HeaderId(request, "webhook-id"), event.Id("id")});
    facts.event_type = event.Text("type");
    facts.source_call_id = FirstOf({resource.Id("callId"), resource.Id("id")});
    facts.business_key = event.Id("id");
    facts.event_time = event.Time("createdAt");
    const bool known =
        facts.event_type.starts_with("call.") || facts.event_type.starts_with("message.");
    facts.concerns_calls = known && !IsOneOf(facts.event_type, kOpenPhoneUnfinished);
    if (!known) facts.source_call_id.clear();
  });
}

// Its form is ours, written into the vendor's page: call_uuid, event, and updated_at.
absl::StatusOr<WebhookFacts> ReadRetreaverWebhook(const http::ServedRequest& /*request*/,
                                                  const std::string& content) {
  return Read(content, [](const json::Object& event, WebhookFacts& facts) {
    const std::string type = event.Text("event");
    facts.source_call_id = FirstOf({event.Id("call_uuid"), event.Id("uuid")});
    facts.event_type = "call." + FirstOf({type, "end"});
    facts.event_time = event.Has("updated_at") ? event.Time("updated_at") : std::nullopt;
    facts.concerns_calls = !facts.source_call_id.empty() && !IsOneOf(type, kRetreaverUnfinished);
    if (facts.source_call_id.empty()) return;
    facts.business_key =
        facts.event_type + " " + facts.source_call_id + " " + event.Text("updated_at");
  });
}

absl::StatusOr<WebhookFacts> ReadZoomWebhook(const http::ServedRequest& /*request*/,
                                             const std::string& content) {
  return Read(content, [](const json::Object& event, WebhookFacts& facts) {
    const json::Object object = event.Child("payload").Child("object");
    const std::vector<json::Object> recordings = object.Children("recordings");
    facts.event_type = event.Text("event");
    facts.event_time = EpochMs(event.Integer("event_ts"));
    facts.concerns_calls =
        facts.event_type.starts_with("phone.") || facts.event_type.starts_with("recording.");
    std::string id = FirstOf({object.Id("call_id"), object.Id("uuid"), object.Id("id")});
    // One delivery of several recordings is about no single call.
    if (recordings.size() == 1) id = FirstOf({recordings[0].Id("call_id"), id});
    if (recordings.size() <= 1) facts.source_call_id = id;
    std::string recording = recordings.empty() ? id : recordings[0].Id("id");
    facts.business_key = facts.event_type + " " + recording + " " + event.Id("event_ts");
  });
}

absl::StatusOr<WebhookFacts> ReadRingCentralWebhook(const http::ServedRequest& /*request*/,
                                                    const std::string& content) {
  return Read(content, [](const json::Object& event, WebhookFacts& facts) {
    facts.delivery_id = event.Id("uuid");
    facts.event_type = event.Text("event");
    facts.event_time = event.Time("timestamp");
    const bool telephony = facts.event_type.find("/telephony/sessions") != std::string::npos;
    const bool insights = facts.event_type.find("/insights") != std::string::npos;
    facts.concerns_calls = telephony || insights;
    if (telephony) facts.source_call_id = event.Child("body").Id("telephonySessionId");
  });
}

absl::StatusOr<WebhookFacts> ReadDialpadWebhook(const http::ServedRequest& /*request*/,
                                                const std::string& content) {
  return Read(content, [](const json::Object& event, WebhookFacts& facts) {
    facts.source_call_id = event.RequiredId("call_id");
    facts.event_type = event.Text("state");
    facts.event_time = EpochMs(event.Integer("event_timestamp"));
    facts.business_key =
        facts.source_call_id + " " + facts.event_type + " " + event.Id("event_timestamp");
  });
}

absl::StatusOr<WebhookFacts> ReadFirefliesWebhook(const http::ServedRequest& /*request*/,
                                                  const std::string& content) {
  return Read(content, [](const json::Object& event, WebhookFacts& facts) {
    // The names of the current version, and of the one before.
    facts.event_type = FirstOf({event.Text("event"), event.Text("eventType")});
    facts.source_call_id = FirstOf({event.Id("meeting_id"), event.Id("meetingId")});
    facts.event_time = EpochMs(event.Integer("timestamp"));
    facts.concerns_calls = facts.event_type != "meeting.bot_joined";
    facts.business_key =
        facts.event_type + " " + facts.source_call_id + " " + event.Id("timestamp");
  });
}

absl::StatusOr<WebhookFacts> ReadFathomWebhook(const http::ServedRequest& request,
                                               const std::string& content) {
  return Read(content, [&](const json::Object& meeting, WebhookFacts& facts) {
    facts.delivery_id = FirstOf({HeaderId(request, "webhook-id"), HeaderId(request, "svix-id")});
    facts.event_type = "meeting";
    facts.source_call_id = meeting.RequiredId("recording_id");
  });
}

absl::StatusOr<WebhookFacts> ReadGrainWebhook(const http::ServedRequest& /*request*/,
                                              const std::string& content) {
  return Read(content, [](const json::Object& event, WebhookFacts& facts) {
    facts.event_type = event.Text("type");
    // What tests whether the address answers has no type.
    facts.concerns_calls = facts.event_type.starts_with("recording_");
    if (facts.concerns_calls) facts.source_call_id = event.Child("data").RequiredId("id");
  });
}

}  // namespace callimport::adapter_gateway
