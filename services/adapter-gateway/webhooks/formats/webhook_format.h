// How one platform's webhooks come: what shows that they are the vendor's, and what they say.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "callimport/common/v1/call.pb.h"
#include "services/adapter-gateway/webhooks/signatures/handshakes.h"
#include "services/adapter-gateway/webhooks/signatures/signature_scheme.h"

namespace callimport::adapter_gateway {

// What a delivery says.
struct WebhookFacts {
  // The vendor's id of this delivery, the same when it is sent again; empty: it gives none. For one
  // beyond 255 bytes "sha256:" and its digest.
  std::string delivery_id = {};
  // The vendor's word.
  std::string event_type = {};
  // Empty: of no call, or of several.
  std::string source_call_id = {};
  // What makes it the same event, however it is delivered; empty: nothing is known. As long as a
  // delivery's id.
  std::string business_key = {};
  std::optional<Timestamp> event_time = {};
  // Where the delivery holds all of it.
  std::optional<common::v1::CallRecord> record = {};
  // Whether there is anything to import now.
  bool concerns_calls = true;
};

// INVALID_ARGUMENT (DELIVERY_MALFORMED, JSON_MALFORMED) for what is in no known form. `content` is
// what was signed.
using ReadWebhook = absl::StatusOr<WebhookFacts> (*)(const http::ServedRequest& request,
                                                     const std::string& content);

enum class SecretOrigin {
  kOurs,          // made here, and told to the vendor
  kVendorsPage,   // shown by the vendor's page, and handed over by a person
  kVendorsAnswer  // in the vendor's answer to our request
};

struct WebhookFormat {
  // Any of them shows that it is the vendor's.
  std::vector<SignatureScheme> schemes;
  Handshake handshake = nullptr;
  ReadWebhook read = nullptr;
  SecretOrigin secret = SecretOrigin::kOurs;
  // The address itself holds the secret.
  bool secret_in_address = false;
  // What a person does at the vendor's page; empty: nothing.
  std::string instructions = {};
};

// Null for platforms that send none.
const WebhookFormat* FindWebhookFormat(const std::string& platform);

}  // namespace callimport::adapter_gateway
