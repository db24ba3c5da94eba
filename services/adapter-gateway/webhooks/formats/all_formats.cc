#include <map>

#include "services/adapter-gateway/webhooks/formats/readers.h"
#include "services/adapter-gateway/webhooks/signatures/hmac_schemes.h"
#include "services/adapter-gateway/webhooks/signatures/jwt_schemes.h"
#include "services/adapter-gateway/webhooks/signatures/token_schemes.h"

namespace callimport::adapter_gateway {
namespace {

std::map<std::string, WebhookFormat> AllFormats() {
  return {
      {"dialpad",
       {.schemes = {CheckTokenBody},
        .read = ReadDialpadWebhook,
        .secret = SecretOrigin::kVendorsPage,
        .instructions = "Create a webhook with this address and a secret of your own through "
                        "Dialpad's interface, subscribe it to call events, and hand the secret "
                        "over here."}},
      {"fathom",
       {.schemes = {CheckStandardWebhook},
        .read = ReadFathomWebhook,
        .secret = SecretOrigin::kVendorsPage,
        .instructions = "In Fathom's settings add a webhook with this address, and hand over the "
                        "secret that is shown (whsec_…)."}},
      {"fireflies",
       {.schemes = {CheckHubSignature},
        .read = ReadFirefliesWebhook,
        .secret = SecretOrigin::kVendorsPage,
        .instructions = "In Fireflies' developer settings enter this address and a signing secret "
                        "of 16 to 32 characters, and hand the secret over."}},
      {"gong",
       {.schemes = {CheckAuthorizationToken, CheckSecretInAddress},
        .read = ReadGongWebhook,
        .secret_in_address = true,
        .instructions = "As a technical administrator make an automation rule in Gong with the "
                        "action \"Fire webhook\" and this address. With signed headers, choose the "
                        "address without its last part, and hand over the public key that the rule "
                        "shows."}},
      {"grain",
       {.schemes = {CheckSecretInAddress},
        .read = ReadGrainWebhook,
        .secret_in_address = true,
        .instructions = "Create hooks of the types recording_added and recording_updated with this "
                        "address through Grain's interface."}},
      {"openphone",
       {.schemes = {CheckStandardWebhook, CheckOpenPhoneSignature},
        .read = ReadOpenPhoneWebhook,
        .secret = SecretOrigin::kVendorsAnswer}},
      {"retreaver",
       {.schemes = {CheckSecretInAddress},
        .read = ReadRetreaverWebhook,
        .secret_in_address = true,
        .instructions = "In each campaign add a webhook for the end of a call that asks this "
                        "address with ?call_uuid=[call_uuid]&event=end behind it, by GET; for "
                        "other triggers, name them as event."}},
      {"ringcentral",
       {.schemes = {CheckVerificationToken},
        .handshake = EchoValidationToken,
        .read = ReadRingCentralWebhook,
        .secret = SecretOrigin::kVendorsPage,
        .instructions = "Create a subscription of the transport type WebHook with this address and "
                        "a verification token of your own, and hand the token over first."}},
      {"zoom_phone",
       {.schemes = {CheckZoomSignature},
        .handshake = AnswerZoomChallenge,
        .read = ReadZoomWebhook,
        .secret = SecretOrigin::kVendorsPage,
        .instructions = "Hand over the app's secret token first; then enter this address as event "
                        "notification endpoint, validate it, and choose the events of recordings, "
                        "transcripts and voicemails."}},
  };
}

}  // namespace

const WebhookFormat* FindWebhookFormat(const std::string& platform) {
  static const std::map<std::string, WebhookFormat> formats = AllFormats();
  const auto found = formats.find(platform);
  return found == formats.end() ? nullptr : &found->second;
}

}  // namespace callimport::adapter_gateway
