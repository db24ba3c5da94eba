#include "services/adapter-gateway/webhooks/registrar.h"

#include <map>
#include <vector>

#include "libs/common/status_macros.h"
#include "libs/json/object.h"
#include "libs/json/text.h"
#include "services/adapter-gateway/vendor/vendor_errors.h"

namespace callimport::adapter_gateway {
namespace {

const std::vector<std::string> kOpenPhoneEvents = {"call.completed",
                                                   "call.missed",
                                                   "call.voicemail.completed",
                                                   "call.recording.completed",
                                                   "call.transcript.completed",
                                                   "call.summary.completed",
                                                   "message.received",
                                                   "message.delivered"};

// The ids of what is sent to this address.
absl::StatusOr<std::vector<std::string>> ListOpenPhone(VendorSession& vendor,
                                                       const std::string& url) {
  ASSIGN_OR_RETURN(const VendorAnswer answer, vendor.Ask({.path = "/webhooks"}));
  json::Faults faults;
  std::vector<std::string> ids;
  for (const json::Object& webhook : json::Object(answer.body.root(), faults).Children("data")) {
    if (webhook.Text("url") == url) ids.push_back(webhook.Id("id"));
  }
  return ids;
}

absl::StatusOr<RegisteredWebhook> AddOpenPhone(VendorSession& vendor, const std::string& url) {
  ASSIGN_OR_RETURN(const std::vector<std::string> before, ListOpenPhone(vendor, url));
  // The vendor answers a deletion without words; whether it is gone shows in the next list.
  for (const std::string& id : before) {
    vendor.Ask({.method = "DELETE", .path = "/webhooks/" + id, .not_found_is_answer = true})
        .status()
        .IgnoreError();
  }
  ASSIGN_OR_RETURN(const VendorAnswer answer,
                   vendor.Ask({.method = "POST",
                               .path = "/webhooks",
                               .body = "{\"url\":" + json::Quote(url) +
                                       ",\"events\":" + json::QuoteAll(kOpenPhoneEvents) + "}"}));
  json::Faults faults;
  const json::Object root(answer.body.root(), faults);
  const json::Object made = root.Has("data") ? root.Child("data") : root;
  const std::string secret = made.Text(made.Has("secret") ? "secret" : "key");
  if (made.Id("id").empty() || secret.empty() || !faults.status().ok()) {
    return VendorError("OpenPhone", "the answer names no webhook and no secret");
  }
  return RegisteredWebhook{made.Id("id"), Secret(secret)};
}

absl::StatusOr<bool> IsOpenPhoneSending(VendorSession& vendor, const std::string& vendor_id) {
  ASSIGN_OR_RETURN(const VendorAnswer answer,
                   vendor.Ask({.path = "/webhooks/" + vendor_id, .not_found_is_answer = true}));
  if (answer.status == 404) return false;
  json::Faults faults;
  const json::Object root(answer.body.root(), faults);
  const json::Object webhook = root.Has("data") ? root.Child("data") : root;
  return webhook.Text("status") != "disabled";
}

}  // namespace

const WebhookRegistrar* FindWebhookRegistrar(const std::string& platform) {
  static const std::map<std::string, WebhookRegistrar> registrars = {
      {"openphone", {.add = AddOpenPhone, .is_sending = IsOpenPhoneSending}}};
  const auto found = registrars.find(platform);
  return found == registrars.end() ? nullptr : &found->second;
}

}  // namespace callimport::adapter_gateway
