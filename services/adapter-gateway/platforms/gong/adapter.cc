#include "services/adapter-gateway/platforms/gong/adapter.h"

#include <optional>

#include "libs/common/status_macros.h"
#include "libs/json/iso_time.h"
#include "libs/json/text.h"
#include "services/adapter-gateway/platforms/gong/mapping.h"
#include "services/adapter-gateway/platforms/records.h"
#include "services/adapter-gateway/vendor/vendor_errors.h"

namespace callimport::adapter_gateway::gong {
namespace {

using Ids = std::vector<std::string>;

constexpr std::chrono::hours kMediaLifetime{8};
constexpr char kExtensive[] = "/v2/calls/extensive";
constexpr char kParties[] = R"(,"contentSelector":{"exposedFields":{"parties":true}})";
constexpr char kMedia[] = R"(,"contentSelector":{"exposedFields":{"media":true}})";

std::string StartedIn(const Period& period) {
  const std::string filter = R"("fromDateTime":)" + json::Quote(json::FormatIsoTime(period.start)) +
                             R"(,"toDateTime":)" + json::Quote(json::FormatIsoTime(period.end));
  const std::string workspace = period.Attribute("workspace_id");
  return workspace.empty() ? filter : filter + R"(,"workspaceId":)" + json::Quote(workspace);
}

// The other inputs stay the same while a cursor is followed.
std::string Body(const std::string& filter, const std::string& selector,
                 const std::string& cursor) {
  return "{" + (cursor.empty() ? "" : R"("cursor":)" + json::Quote(cursor) + ",") +
         R"("filter":{)" + filter + "}" + selector + "}";
}

// Nothing: no call matches. Gong says so by a 404 with certain words; any other 404 is a real one.
absl::StatusOr<std::optional<json::Document>> Ask(VendorSession& vendor, VendorRequest request) {
  request.not_found_is_answer = true;
  ASSIGN_OR_RETURN(VendorAnswer answer, vendor.Ask(request));
  if (answer.status != 404) return std::move(answer.body);
  const std::string words = WordsOf(answer.body);
  if (words.starts_with("No calls found")) return std::optional<json::Document>();
  return vendor.Refused(answer.status, words);
}

std::optional<int64_t> TotalOf(const json::Document& page) {
  json::Faults faults;
  return json::Object(page.root(), faults).Child("records").Integer("totalRecords");
}

// Empty: that was the last page.
absl::StatusOr<std::string> NextCursor(const json::Document& page) {
  json::Faults faults;
  std::string cursor = json::Object(page.root(), faults).Child("records").Text("cursor");
  if (faults.status().ok()) return cursor;
  return VendorError("Gong", std::string(faults.status().message()));
}

// Reads every record of every page of an answer about these calls.
absl::Status ReadAll(VendorSession& vendor, const std::string& path, const Ids& ids,
                     const std::string& selector, const std::string& list, const ReadRecord& read) {
  std::string cursor;
  for (int pages = 0; pages < PlatformAdapter::kMaxBatch; ++pages) {
    const std::string body = Body(R"("callIds":)" + json::QuoteAll(ids), selector, cursor);
    ASSIGN_OR_RETURN(const auto page, Ask(vendor, {"POST", path, body}));
    if (!page) return absl::OkStatus();
    ReadEach(*page, list, read);
    ASSIGN_OR_RETURN(cursor, NextCursor(*page));
    if (cursor.empty()) return absl::OkStatus();
  }
  return VendorError("Gong", "its pages have no end");
}

}  // namespace

VendorSession::Headers Adapter::Authorize(const Access& access) const {
  return BasicAuthorization(FieldOf(access.fields, "access_key"),
                            FieldOf(access.fields, "access_key_secret"));
}

absl::StatusOr<AccountProfile> Adapter::CheckAccess(VendorSession& vendor) const {
  const Timestamp now = clock_.Now();
  const std::string period = "?fromDateTime=" + json::FormatIsoTime(now - std::chrono::hours(1)) +
                             "&toDateTime=" + json::FormatIsoTime(now);
  RETURN_IF_ERROR(Ask(vendor, {.path = "/v2/calls" + period}).status());
  const auto workspaces = vendor.Ask({.path = "/v2/workspaces", .remember_for = kHardlyChanges});
  if (!workspaces.ok()) return AccountProfile{"", {"The key may not read workspace names."}};
  AccountProfile profile;
  ReadEach(workspaces->body, "workspaces", [&](const auto& workspace, const auto&) {
    if (profile.name.empty()) profile.name = workspace.Text("name");
  });
  return profile;
}

absl::StatusOr<v1::CountCallsResponse> Adapter::CountCalls(VendorSession& vendor,
                                                           const Period& period) const {
  // The endpoint that lists: the other one goes by other dates.
  ASSIGN_OR_RETURN(const auto page,
                   Ask(vendor, {"POST", kExtensive, Body(StartedIn(period), "", "")}));
  v1::CountCallsResponse count;
  count.set_exactness(common::v1::EXACTNESS_EXACT);
  if (!page) return count;
  const auto total = TotalOf(*page);
  if (!total) return VendorError("Gong", "the answer tells no total");
  count.set_calls(*total);
  return count;
}

absl::StatusOr<v1::ListCallsResponse> Adapter::ListCalls(VendorSession& vendor,
                                                         const Period& period,
                                                         const std::string& cursor) const {
  const std::string body = Body(StartedIn(period), kParties, cursor);
  ASSIGN_OR_RETURN(const auto answer, Ask(vendor, {"POST", kExtensive, body}));
  v1::ListCallsResponse page;
  if (!answer) return page;
  ASSIGN_OR_RETURN(*page.mutable_next_cursor(), NextCursor(*answer));
  if (const auto total = TotalOf(*answer)) page.set_total_calls(*total);
  ReadCalls(*answer, "calls", FillCall, page);
  return page;
}

absl::StatusOr<std::vector<MediaAddress>> Adapter::LocateMedia(VendorSession& vendor,
                                                               const Ids& ids) const {
  std::vector<MediaAddress> addresses;
  const Timestamp expires = clock_.Now() + kMediaLifetime;
  const auto read = [&](const json::Object& call, const json::Faults&) {
    const json::Object media = call.Child("media");
    const char* kind = media.Has("audioUrl") ? "audioUrl" : "videoUrl";
    addresses.push_back({call.Child("metaData").Id("id"), media.Text(kind), expires});
  };
  RETURN_IF_ERROR(ReadAll(vendor, kExtensive, ids, kMedia, "calls", read));
  return addresses;
}

absl::StatusOr<std::vector<v1::SourceTranscript>> Adapter::FetchTranscripts(VendorSession& vendor,
                                                                            const Ids& ids) const {
  std::vector<v1::SourceTranscript> transcripts;
  const auto read = [&](const json::Object& call, const json::Faults& faults) {
    v1::SourceTranscript transcript = ToTranscript(call);
    if (faults.status().ok()) transcripts.push_back(std::move(transcript));
  };
  RETURN_IF_ERROR(ReadAll(vendor, "/v2/calls/transcript", ids, "", "callTranscripts", read));
  return transcripts;
}

}  // namespace callimport::adapter_gateway::gong
