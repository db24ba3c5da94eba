// A delivery of a vendor, as it is remembered.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libs/common/clock.h"

namespace callimport::adapter_gateway {

// As v1.WebhookVerdict.
enum class WebhookVerdict {
  kAccepted = 1,
  kDuplicate = 2,
  kHeld = 3,
  kBadSignature = 4,
  kTooOld = 5,
  kMalformed = 6,
  kHandshake = 7,
  kIgnored = 8,
};

// The account whose webhooks they are.
struct WebhookSource {
  std::string workspace_id = {};
  std::string credential_id = {};
  std::string platform = {};

  bool operator==(const WebhookSource&) const = default;
};

struct WebhookReceipt {
  // A version 7 UUID.
  std::string webhook_id = {};
  WebhookSource source = {};
  // The vendor's, or empty.
  std::string delivery_id = {};
  std::string event_type = {};
  std::string source_call_id = {};
  WebhookVerdict verdict = WebhookVerdict::kAccepted;
  // For people.
  std::string note = {};
  // SHA-256; 32 bytes.
  std::string body_sha256 = {};
  int64_t body_bytes = 0;
  Timestamp received_at = {};
  std::chrono::microseconds latency{0};
  // Of its last announcement; 0: none.
  int64_t revision = 0;
};

// What is stored the first time. Only what is to be announced has an event.
struct IncomingWebhook {
  WebhookReceipt receipt = {};
  // What makes it the same event for the vendor, however it is delivered; empty: nothing known.
  std::string business_key = {};
  std::string headers = {};
  std::string body = {};
  // A serialized v1.WebhookEvent.
  std::string event = {};

  // Whether it may turn out to be there already.
  bool IsAnnounced() const { return receipt.verdict == WebhookVerdict::kAccepted; }
};

struct WebhookSelection {
  WebhookSource source = {};
  std::optional<Timestamp> start = {};
  std::optional<Timestamp> end = {};
  // Empty: all.
  std::vector<std::string> event_types = {};
  std::vector<WebhookVerdict> verdicts = {};
};

// As v1.Subscription.State.
enum class SubscriptionState { kActive = 1, kSuspended = 2, kByHand = 3 };

struct WebhookSubscription {
  std::string subscription_id = {};
  WebhookSource source = {};
  SubscriptionState state = SubscriptionState::kByHand;
  // What the vendor calls it; empty where it has no interface for that.
  std::vector<std::string> vendor_ids = {};
  std::optional<Timestamp> expires_at = {};
  std::optional<Timestamp> covered_until = {};
  std::optional<Timestamp> last_delivery_at = {};
  Timestamp created_at = {};
};

}  // namespace callimport::adapter_gateway
