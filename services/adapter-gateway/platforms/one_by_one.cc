#include "services/adapter-gateway/platforms/one_by_one.h"

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "services/adapter-gateway/platforms/records.h"
#include "services/adapter-gateway/vendor/vendor_errors.h"

namespace callimport::adapter_gateway {
namespace {

// What belongs to a call may come so long after the last change of it.
constexpr std::chrono::minutes kRecordingDelay{15};

bool IsOfAccount(const absl::Status& status) {
  const std::string reason = ReasonOf(status);
  return reason == "INVALID_KEY" || reason == "MISSING_PERMISSION";
}

// Whether the next question would end alike.
bool IsOfAll(const absl::Status& status) {
  return status.code() == absl::StatusCode::kResourceExhausted ||
         status.code() == absl::StatusCode::kCancelled || ReasonOf(status) == "VENDOR_UNREACHABLE";
}

absl::Status NotReady(const VendorSession& vendor) {
  return VendorError(vendor.terms().name, "the recording is not ready yet");
}

}  // namespace

std::optional<MediaAddress> AddressOf(const std::vector<std::string>& urls) {
  if (urls.empty()) return MediaAddress{.never_recorded = true};
  return MediaAddress{.url = urls.front(), .more_urls = {urls.begin() + 1, urls.end()}};
}

RecordingParts PartsOf(const json::Document& answer, const std::string& list,
                       const std::string& url) {
  RecordingParts parts;
  ReadEach(answer, list, [&](const json::Object& part, const json::Faults&) {
    const std::string status = part.Text("status");
    parts.soon = parts.soon || status == "in-progress" || status == "processing";
    const bool there = status.empty() || status == "completed";
    if (there && !part.Text(url).empty()) parts.urls.push_back(part.Text(url));
  });
  return parts;
}

absl::StatusOr<std::optional<MediaAddress>> AddressOf(const VendorSession& vendor,
                                                      const RecordingParts& parts) {
  if (parts.soon) return NotReady(vendor);
  return AddressOf(parts.urls);
}

absl::StatusOr<std::optional<MediaAddress>> NothingRecorded(
    const VendorSession& vendor, const std::optional<json::Document>& answer,
    const std::string& call, const std::string& changed) {
  if (!answer) return std::optional<MediaAddress>();
  json::Faults faults;
  const auto last = json::Object(answer->root(), faults).Child(call).Time(changed);
  if (last.value_or(Timestamp()) + kRecordingDelay > vendor.Now()) return NotReady(vendor);
  return AddressOf({});
}

std::string Secured(const VendorSession& vendor, const std::string& url) {
  constexpr std::string_view kPlain = "http://";
  if (!url.starts_with(kPlain) || vendor.terms().egress.CheckMedia(url).ok()) return url;
  return "https://" + url.substr(kPlain.size());
}

absl::StatusOr<std::vector<MediaAddress>> LocateEach(
    const std::vector<std::string>& source_call_ids, Timestamp expires, const LocateOne& locate) {
  std::vector<MediaAddress> addresses;
  absl::Status over;
  for (const std::string& id : source_call_ids) {
    absl::StatusOr<std::optional<MediaAddress>> found =
        over.ok() ? locate(id) : absl::StatusOr<std::optional<MediaAddress>>(over);
    if (!found.ok()) {
      if (IsOfAccount(found.status())) return found.status();
      if (IsOfAll(found.status())) over = found.status();
      addresses.push_back({.source_call_id = id, .expires = expires, .error = found.status()});
    } else if (found->has_value()) {
      MediaAddress& address = addresses.emplace_back(**std::move(found));
      address.source_call_id = id;
      address.expires = expires;
    }
  }
  return addresses;
}

absl::StatusOr<std::vector<v1::SourceTranscript>> FetchEach(
    const std::vector<std::string>& source_call_ids, const std::string& engine,
    const FetchOne& fetch) {
  std::vector<v1::SourceTranscript> transcripts;
  for (const std::string& id : source_call_ids) {
    v1::SourceTranscript& transcript = transcripts.emplace_back();
    transcript.set_source_call_id(id);
    transcript.mutable_transcript()->set_engine(engine);
    RETURN_IF_ERROR(fetch(id, transcript));
  }
  Normalize(transcripts);
  return transcripts;
}

bool IsPartial(const json::Document& answer, const std::string& list) {
  bool partial = false;
  ReadEach(answer, list, [&](const json::Object& part, const json::Faults&) {
    const std::string status = part.Text("status");
    partial = partial || status == "in-progress" || status == "processing" || status == "failed";
  });
  return partial;
}

absl::StatusOr<std::optional<json::Document>> AskOrNone(VendorSession& vendor,
                                                        const std::string& path) {
  ASSIGN_OR_RETURN(VendorAnswer answer, vendor.Ask({.path = path, .not_found_is_answer = true}));
  if (answer.status == 404) return std::optional<json::Document>();
  return std::optional(std::move(answer.body));
}

}  // namespace callimport::adapter_gateway
