// Telling a vendor by its interface where to send webhooks, for platforms that have one for it.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "libs/common/secret.h"
#include "services/adapter-gateway/vendor/vendor_session.h"

namespace callimport::adapter_gateway {

struct RegisteredWebhook {
  std::string vendor_id = {};
  // By which the vendor signs from now on.
  Secret secret = {};
};

struct WebhookRegistrar {
  // Takes the place of whatever the vendor sends to this address.
  absl::StatusOr<RegisteredWebhook> (*add)(VendorSession& vendor, const std::string& url);
  // False when the vendor does not know it any more, or has switched it off.
  absl::StatusOr<bool> (*is_sending)(VendorSession& vendor, const std::string& vendor_id);
};

// Null where a person has to do it.
const WebhookRegistrar* FindWebhookRegistrar(const std::string& platform);

}  // namespace callimport::adapter_gateway
