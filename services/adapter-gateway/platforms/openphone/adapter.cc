#include "services/adapter-gateway/platforms/openphone/adapter.h"

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/http/url.h"
#include "services/adapter-gateway/platforms/one_by_one.h"
#include "services/adapter-gateway/platforms/openphone/mapping.h"
#include "services/adapter-gateway/vendor/vendor_errors.h"

namespace callimport::adapter_gateway::openphone {
namespace {

using namespace common::v1;  // NOLINT(google-build-using-namespace): kinds of records
using Ids = std::vector<std::string>;

// Nobody says how long the addresses last.
constexpr std::chrono::minutes kMediaLifetime{5};
constexpr Paging kPages{"after", "nextCursor", "data"};
constexpr Paging kOldPages{"pageToken", "nextPageToken", "data"};

std::string Created(const Period& period) {
  return Between("createdAt%5Bgte%5D", "createdAt%5Blte%5D", period);
}

ListingStage CallsOf(const Period& period, const People& people) {
  const auto fill = [&](const json::Object& call, CallRecord& to) { FillCall(call, people, to); };
  const std::string narrowed = Narrowed(period, {{"direction", "direction"},
                                                 {"participant", "participant"},
                                                 {"phone_number_id", "phoneNumberId"}});
  return {kPages, "/calls?limit=50&include=summary,voicemail" + Created(period) + narrowed, fill,
          LeaveOut("status", {"queued", "initiated", "ringing", "in-progress"})};
}

ListingStage MessagesOf(const Period& period) {
  const RecordShape message{.kind = RECORD_KIND_MESSAGE,
                            .time = "createdAt",
                            .text = "text",
                            .parent = "conversationId",
                            .phones = {"from", "to"}};
  return {kPages, "/messages?limit=50" + Created(period), FillBy(message), nullptr, false, "media"};
}

// The older interface alone lists them, and not for everybody.
ListingStage ConversationsOf(const Period& period) {
  const RecordShape conversation{.kind = RECORD_KIND_CONVERSATION,
                                 .time = "createdAt",
                                 .title = "name",
                                 .phones = {"participants"}};
  const std::string within = Between("updatedAfter", "updatedBefore", period);
  return {kOldPages, "/v1/conversations?maxResults=100" + within, FillBy(conversation), nullptr,
          true};
}

// Calls that were put on hold have several recordings, oldest first.
absl::StatusOr<std::optional<MediaAddress>> Locate(VendorSession& vendor, const std::string& id) {
  const std::string path = "/calls/" + id + "/recordings";
  ASSIGN_OR_RETURN(const auto recordings, AskForAllOrNone(vendor, kPages, path));
  if (!recordings) return std::optional<MediaAddress>();
  RecordingParts parts = PartsOf(*recordings, "data", "url");
  if (parts.urls.empty() && !parts.soon) {
    ASSIGN_OR_RETURN(const auto voicemail, AskOrNone(vendor, "/v1/call-voicemails/" + id));
    if (voicemail) parts = PartsOf(*voicemail, "data", "recordingUrl");
  }
  if (parts.soon || !parts.urls.empty()) return AddressOf(vendor, parts);
  ASSIGN_OR_RETURN(const auto call, AskOrNone(vendor, "/calls/" + id));
  return NothingRecorded(vendor, call, "data", "updatedAt");
}

absl::Status Fetch(VendorSession& vendor, const std::string& id, v1::SourceTranscript& to) {
  const auto answer = AskForAllOrNone(vendor, kPages, "/calls/" + id + "/transcripts");
  // Not in this workspace's plan is as good as none.
  if (!answer.ok() && ReasonOf(answer.status()) != "MISSING_PERMISSION") return answer.status();
  if (answer.ok() && *answer && !IsPartial(**answer, "data")) FillTranscript(**answer, to);
  if (!to.transcript().segments().empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto voicemail, AskOrNone(vendor, "/v1/call-voicemails/" + id));
  if (voicemail) FillTranscript(*voicemail, to);
  return absl::OkStatus();
}

}  // namespace

// Calls first: they are what is imported. Who asks for some of them wants nothing else.
std::vector<ListingStage> StagesOf(const Period& period, const People& people) {
  if (!period.attributes.empty()) return {CallsOf(period, people)};
  const RecordShape number{.kind = RECORD_KIND_PHONE_NUMBER, .title = "name", .phones = {"number"}};
  return {CallsOf(period, people),
          MessagesOf(period),
          ConversationsOf(period),
          {kPages, "/phone-numbers?limit=50", FillBy(number)},
          {kPages, "/contacts?limit=50", FillBy({.kind = RECORD_KIND_CONTACT}), nullptr, true}};
}

// The key as it is, without "Bearer".
VendorSession::Headers Adapter::Authorize(const Access& access) const {
  return {{"Authorization", FieldOf(access.fields, "api_key")}, {"Quo-Api-Version", "2026-03-30"}};
}

absl::StatusOr<AccountProfile> Adapter::CheckAccess(VendorSession& vendor) const {
  ASSIGN_OR_RETURN(const auto users, vendor.Ask({.path = "/users?limit=50"}));
  const Participant owner = FindPerson(users.body, "data", "role", "owner");
  return AccountProfile{.name = owner.name(), .warnings = {}, .email = owner.email()};
}

absl::StatusOr<v1::CountCallsResponse> Adapter::CountCalls(VendorSession& vendor,
                                                           const Period& period) const {
  return CountByListing(vendor, CallsOf(period, People()));
}

absl::StatusOr<v1::ListCallsResponse> Adapter::ListCalls(VendorSession& vendor,
                                                         const Period& period,
                                                         const std::string& cursor) const {
  People people;
  const auto add = [&](const json::Object& user, const auto&) { AddPerson(user, people); };
  if (cursor.empty() || cursor.starts_with("0:")) {
    RETURN_IF_ERROR(ReadAllPages(vendor, {kPages, "/users?limit=50", nullptr}, add));
  }
  return ListStage(vendor, StagesOf(period, people), cursor);
}

absl::StatusOr<std::vector<MediaAddress>> Adapter::LocateMedia(VendorSession& vendor,
                                                               const Ids& ids) const {
  return LocateEach(ids, clock_.Now() + kMediaLifetime,
                    [&](const std::string& id) { return Locate(vendor, http::EscapeQuery(id)); });
}

absl::StatusOr<std::vector<v1::SourceTranscript>> Adapter::FetchTranscripts(VendorSession& vendor,
                                                                            const Ids& ids) const {
  return FetchEach(ids, "source:openphone", [&](const std::string& id, auto& to) {
    return Fetch(vendor, http::EscapeQuery(id), to);
  });
}

}  // namespace callimport::adapter_gateway::openphone
