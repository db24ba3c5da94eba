#include "tests/fuzz/webhook_deliveries.h"

#include <string>

#include "callimport/adapter_gateway/v1/webhook_inbox.pb.h"
#include "services/adapter-gateway/webhooks/formats/webhook_format.h"
#include "tests/fuzz/promise.h"

namespace callimport::fuzz {
namespace {

constexpr const char* kPlatforms[] = {"dialpad",   "fathom",    "fireflies",   "gong",      "grain",
                                      "openphone", "retreaver", "ringcentral", "zoom_phone"};

bool FitsATable(const std::string& id) {
  return id.size() <= 255 && id.find('\0') == std::string::npos;
}

}  // namespace

void TryWebhookDeliveries(const uint8_t* data, size_t size) {
  const std::string text = TextOf(data, size);
  for (const char* platform : kPlatforms) {
    const http::ServedRequest request{
        .method = "POST", .path = "/", .headers = {{"webhook-id", text.substr(0, 300)}}};
    const auto facts = adapter_gateway::FindWebhookFormat(platform)->read(request, text);
    if (!facts.ok()) continue;
    adapter_gateway::v1::WebhookEvent event;
    for (const std::string& id :
         {facts->delivery_id, facts->event_type, facts->source_call_id, facts->business_key}) {
      Require(FitsATable(id));
      // Text that is not UTF-8 does not come back.
      event.set_event_type(id);
      Require(event.ParseFromString(event.SerializeAsString()));
    }
    if (!facts->record) continue;
    Require(facts->record->source_call_id().size() <= 255);
    std::string stored;
    Require(facts->record->SerializeToString(&stored));
  }
}

}  // namespace callimport::fuzz
