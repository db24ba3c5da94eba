// Between what is remembered of webhooks and what rpcs say.
#pragma once

#include "callimport/adapter_gateway/v1/webhook_inbox.pb.h"
#include "libs/common/errors.h"
#include "services/adapter-gateway/storage/webhook_store.h"
#include "services/adapter-gateway/webhooks/subscriber.h"

namespace callimport::adapter_gateway {

RequestCheck CheckSelection(const v1::WebhookSelection& selection);
WebhookSelection ToSelection(const v1::WebhookSelection& selection);

v1::WebhookReceipt ToMessage(const WebhookReceipt& receipt);
v1::Subscription ToMessage(const WebhookSubscriber::View& view);

// One whose log is gone already is left out.
void AddEvent(const WebhookStore::Announcement& announcement, v1::WatchWebhooksResponse& message);

}  // namespace callimport::adapter_gateway
