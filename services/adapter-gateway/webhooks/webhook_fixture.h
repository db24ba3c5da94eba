// Deliveries as OpenPhone signs them, for tests and the benchmark.
#pragma once

#include <string>

#include "libs/common/clock.h"
#include "libs/crypto/base64.h"
#include "libs/crypto/hmac.h"
#include "libs/http/http_server.h"

namespace callimport::adapter_gateway {

inline std::string OpenPhoneSecret() {
  return "whsec_" + crypto::ToBase64("0123456789abcdef01234567");
}

inline std::string OpenPhoneBody(const std::string& event_id, const std::string& call_id,
                                 const std::string& type = "call.completed") {
  return R"({"id":")" + event_id + R"(","apiVersion":"2026-03-30","createdAt":)" +
         R"("2026-01-01T00:00:00Z","type":")" + type + R"(","data":{"resource":{"id":")" + call_id +
         R"("}}})";
}

inline std::string OpenPhoneSignature(const std::string& id, const std::string& timestamp,
                                      const std::string& body) {
  return "v1," + crypto::ToBase64(crypto::HmacSha256(Secret("0123456789abcdef01234567"),
                                                     id + "." + timestamp + "." + body));
}

inline http::ServedRequest OpenPhoneDelivery(const std::string& subscription_id,
                                             const std::string& delivery_id,
                                             const std::string& body, Timestamp now) {
  const std::string timestamp = std::to_string(
      std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count());
  return {.method = "POST",
          .path = "/hooks/openphone/" + subscription_id,
          .headers = {{"webhook-id", delivery_id},
                      {"webhook-timestamp", timestamp},
                      {"webhook-signature", OpenPhoneSignature(delivery_id, timestamp, body)}},
          .body = body};
}

}  // namespace callimport::adapter_gateway
