#include "services/adapter-gateway/platforms/retreaver/mapping.h"

#include "services/adapter-gateway/platforms/people.h"
#include "services/adapter-gateway/platforms/staged_listing.h"

namespace callimport::adapter_gateway::retreaver {
namespace {

// Newer accounts have an object instead of the name.
std::string CampaignOf(const json::Object& call) {
  if (call.Has("campaign_name")) return call.Text("campaign_name");
  return call.Child("campaign").Text("name");
}

}  // namespace

void FillCall(const json::Object& element, common::v1::CallRecord& record) {
  const json::Object call = element.Child("call");
  FillByShape({.kind = common::v1::RECORD_KIND_CALL,
               .id = "uuid",
               .time = call.Has("start_time") ? "start_time" : "created_at",
               .parent = "upstream_call_uuid"},
              call, record);
  const auto duration = call.Seconds("total_duration");
  if (duration) record.mutable_duration()->set_seconds(duration->count() / 1000);
  const std::string caller = call.Id("caller");
  *record.add_participants() = ParticipantOf("", caller, {});
  const std::string target = call.Id("target_id");
  if (!target.empty()) {
    common::v1::Participant& buyer = *record.add_participants();
    buyer = ParticipantOf(target, call.Id("dialed_number"), {});
    buyer.set_name(call.Text("target_name"));
  }
  const std::string campaign = CampaignOf(call);
  record.set_title((campaign.empty() ? "Call" : campaign + ": call") + " from " + caller);
  record.set_has_transcript(false);
}

void FillNumber(const json::Object& element, common::v1::CallRecord& record) {
  FillByShape(
      {.kind = common::v1::RECORD_KIND_PHONE_NUMBER, .time = "created_at", .phones = {"number"}},
      element.Child("number"), record);
  record.set_title(element.Child("number").Text("sid"));
}

bool IsFinished(const json::Object& element) {
  const std::string status = element.Child("call").Text("status");
  return status.empty() || status == "finished";
}

}  // namespace callimport::adapter_gateway::retreaver
