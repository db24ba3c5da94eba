#include "services/adapter-gateway/platforms/retreaver/adapter.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/common/status_macros.h"
#include "libs/http/url.h"
#include "services/adapter-gateway/platforms/one_by_one.h"
#include "services/adapter-gateway/platforms/retreaver/mapping.h"
#include "services/adapter-gateway/platforms/staged_listing.h"
#include "services/adapter-gateway/vendor/vendor_errors.h"

namespace callimport::adapter_gateway::retreaver {
namespace {

using Ids = std::vector<std::string>;

constexpr int kPageSize = 100;
// The recordings' own addresses do not end, as far as we know; the calls may.
constexpr std::chrono::hours kMediaLifetime{1};
// Calls that started before are not going on any more.
constexpr std::chrono::hours kLongestCall{4};
// "numbers", and from their second page on "numbers2".
constexpr char kNumbers[] = "numbers";

// The key is part of the address.
std::string With(const VendorSession& vendor, const std::string& path) {
  return path + "?api_key=" + http::EscapeQuery(vendor.Field("api_key")) +
         "&company_id=" + http::EscapeQuery(vendor.Field("company_id"));
}

// Oldest first, so that new calls do not move others to another page.
absl::StatusOr<VendorAnswer> AskForPage(VendorSession& vendor, const Period& period, int64_t page) {
  return vendor.Ask({.path = With(vendor, "/api/v3/calls.json") +
                             Between("created_at_start", "created_at_end", period) +
                             Narrowed(period, {{"caller", "caller"}, {"campaign", "client_cid"}}) +
                             "&sort_by=created_at&order=asc&call_flow_events=true&per_page=" +
                             std::to_string(kPageSize) + "&page=" + std::to_string(page)});
}

int64_t SizeOf(const VendorAnswer& answer) {
  return static_cast<int64_t>(answer.body.root().Children().size());
}

// Where a full page has no links at all, another one may come. 0: that was the last.
int64_t NextPage(const VendorAnswer& answer, int64_t page) {
  if (SizeOf(answer) == 0) return 0;
  if (answer.headers.contains("link")) return LinkedPage(answer, "next");
  return SizeOf(answer) == kPageSize ? page + 1 : 0;
}

// How many a page holds, the vendor says for all of its lists at once: 25.
absl::StatusOr<v1::ListCallsResponse> ListNumbers(VendorSession& vendor, int64_t number) {
  ASSIGN_OR_RETURN(const auto answer, vendor.Ask({.path = With(vendor, "/numbers.json") +
                                                          "&page=" + std::to_string(number),
                                                  .not_found_is_answer = true}));
  v1::ListCallsResponse page;
  if (answer.status != 404) ReadCalls(answer.body, "", FillNumber, page);
  const int64_t next = LinkedPage(answer, "next");
  if (next > number) page.set_next_cursor(absl::StrCat(kNumbers, next));
  return page;
}

absl::StatusOr<std::optional<MediaAddress>> Locate(VendorSession& vendor, const std::string& id) {
  const std::string path = "/api/v3/calls/" + http::EscapeQuery(id) + ".json";
  ASSIGN_OR_RETURN(const auto answer, AskOrNone(vendor, With(vendor, path)));
  if (!answer) return std::optional<MediaAddress>();
  json::Faults faults;
  const json::Object call = json::Object(answer->root(), faults).Child("call");
  const std::string url = call.Text("recording_url");
  if (!url.empty()) return AddressOf({Secured(vendor, url)});
  return NothingRecorded(vendor, answer, "call", "updated_at");
}

}  // namespace

VendorSession::Headers Adapter::Authorize(const Access&) const { return {}; }

absl::StatusOr<AccountProfile> Adapter::CheckAccess(VendorSession& vendor) const {
  ASSIGN_OR_RETURN(const auto answer, vendor.Ask({.path = With(vendor, "/company.json")}));
  json::Faults faults;
  const json::Object company = json::Object(answer.body.root(), faults).Child("company");
  if (company.Id("id") == vendor.Field("company_id")) return AccountProfile{company.Text("name")};
  return vendor.Refused(403, "the key opens another company than the one named");
}

// All pages but the last are full.
absl::StatusOr<v1::CountCallsResponse> Adapter::CountCalls(VendorSession& vendor,
                                                           const Period& period) const {
  v1::CountCallsResponse count;
  // Calls that still go on are counted too, and left out of the listing.
  const bool settled = period.end + kLongestCall < clock_.Now();
  count.set_exactness(settled ? common::v1::EXACTNESS_EXACT : common::v1::EXACTNESS_ESTIMATE);
  ASSIGN_OR_RETURN(const auto first, AskForPage(vendor, period, 1));
  count.set_calls(SizeOf(first));
  const int64_t pages = LinkedPage(first, "last");
  if (pages <= 1) return count;
  ASSIGN_OR_RETURN(const auto last, AskForPage(vendor, period, pages));
  count.set_calls((pages - 1) * kPageSize + SizeOf(last));
  return count;
}

// Calls page by page, then the tracking numbers.
absl::StatusOr<v1::ListCallsResponse> Adapter::ListCalls(VendorSession& vendor,
                                                         const Period& period,
                                                         const std::string& cursor) const {
  const bool of_numbers = cursor.starts_with(kNumbers);
  const std::string place = cursor.substr(of_numbers ? std::string_view(kNumbers).size() : 0);
  int64_t number = 1;
  if (!place.empty() && !absl::SimpleAtoi(place, &number))
    return vendor.Refused(400, "the cursor is none of this listing");
  if (of_numbers) return ListNumbers(vendor, number);
  ASSIGN_OR_RETURN(const auto answer, AskForPage(vendor, period, number));
  v1::ListCallsResponse page;
  ReadCallsIf(IsFinished, answer.body, "", FillCall, page);
  const int64_t next = NextPage(answer, number);
  page.set_next_cursor(next == 0 ? kNumbers : std::to_string(next));
  return page;
}

absl::StatusOr<std::vector<MediaAddress>> Adapter::LocateMedia(VendorSession& vendor,
                                                               const Ids& ids) const {
  return LocateEach(ids, clock_.Now() + kMediaLifetime,
                    [&](const std::string& id) { return Locate(vendor, id); });
}

// The vendor has none.
absl::StatusOr<std::vector<v1::SourceTranscript>> Adapter::FetchTranscripts(VendorSession&,
                                                                            const Ids&) const {
  return std::vector<v1::SourceTranscript>();
}

}  // namespace callimport::adapter_gateway::retreaver
