// What the deliveries of each platform say.
#pragma once

#include "services/adapter-gateway/webhooks/formats/webhook_format.h"

namespace callimport::adapter_gateway {

absl::StatusOr<WebhookFacts> ReadGongWebhook(const http::ServedRequest& request,
                                             const std::string& content);
absl::StatusOr<WebhookFacts> ReadOpenPhoneWebhook(const http::ServedRequest& request,
                                                  const std::string& content);
absl::StatusOr<WebhookFacts> ReadRetreaverWebhook(const http::ServedRequest& request,
                                                  const std::string& content);
absl::StatusOr<WebhookFacts> ReadZoomWebhook(const http::ServedRequest& request,
                                             const std::string& content);
absl::StatusOr<WebhookFacts> ReadRingCentralWebhook(const http::ServedRequest& request,
                                                    const std::string& content);
absl::StatusOr<WebhookFacts> ReadDialpadWebhook(const http::ServedRequest& request,
                                                const std::string& content);
absl::StatusOr<WebhookFacts> ReadFirefliesWebhook(const http::ServedRequest& request,
                                                  const std::string& content);
absl::StatusOr<WebhookFacts> ReadFathomWebhook(const http::ServedRequest& request,
                                               const std::string& content);
absl::StatusOr<WebhookFacts> ReadGrainWebhook(const http::ServedRequest& request,
                                              const std::string& content);

}  // namespace callimport::adapter_gateway
