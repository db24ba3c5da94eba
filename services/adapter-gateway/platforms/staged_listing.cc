#include "services/adapter-gateway/platforms/staged_listing.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/common/proto_time.h"
#include "libs/common/status_macros.h"
#include "libs/http/link_header.h"
#include "libs/http/url.h"
#include "libs/json/iso_time.h"
#include "services/adapter-gateway/vendor/vendor_errors.h"

namespace callimport::adapter_gateway {
namespace {

// Of lists that are read as a whole, such as the members of a workspace.
constexpr int kMostPages = 200;
// Of lists of one call, such as its recordings.
constexpr int kMostPagesOfACall = 20;

// "/17": what the id of an attachment has more than that of its record.
constexpr size_t kPlaceBytes = 12;

struct Place {
  size_t stage = 0;
  // The vendor's; empty: the stage's first page.
  std::string cursor;
};

// "2:abc"; empty: the very first page.
std::optional<Place> PlaceOf(const std::string& cursor, size_t stages) {
  if (cursor.empty()) return Place();
  size_t stage = 0;
  const char* const end = cursor.data() + cursor.size();
  const auto [stopped, error] = std::from_chars(cursor.data(), end, stage);
  if (error != std::errc() || stopped == end || *stopped != ':' || stage >= stages) {
    return std::nullopt;
  }
  return Place{stage, std::string(stopped + 1, end)};
}

std::string CursorOf(const Place& place) {
  return std::to_string(place.stage) + ':' + place.cursor;
}

struct Answered {
  // Nothing: the account does not have this list.
  std::optional<json::Document> answer;
  std::string next;
};

absl::StatusOr<Answered> AskFor(VendorSession& vendor, const ListingStage& stage,
                                const std::string& cursor,
                                std::chrono::seconds remember_for = std::chrono::seconds(0)) {
  std::string path = stage.path;
  if (!cursor.empty()) {
    absl::StrAppend(&path, path.find('?') == std::string::npos ? "?" : "&", stage.paging.cursor,
                    "=", http::EscapeQuery(cursor));
  }
  ASSIGN_OR_RETURN(VendorAnswer answer, vendor.Ask({.path = path,
                                                    .not_found_is_answer = stage.may_be_absent,
                                                    .remember_for = remember_for}));
  if (answer.status == 404) return Answered();
  json::Faults faults;
  std::string next = json::Object(answer.body.root(), faults).Text(stage.paging.next_cursor);
  if (!faults.status().ok()) {
    return VendorError(vendor.terms().name, std::string(faults.status().message()));
  }
  return Answered{std::move(answer.body), std::move(next)};
}

void AddAttachments(const ListingStage& stage, const json::Document& answer,
                    v1::ListCallsResponse& page) {
  ReadEach(answer, stage.paging.list, [&](const json::Object& record, const json::Faults& faults) {
    common::v1::CallRecord whole;
    stage.fill(record, whole);
    if (!faults.status().ok() || whole.source_call_id().size() > kMaxIdBytes - kPlaceBytes) return;
    int place = 0;
    for (const json::Object& attached : record.Children(stage.attachments)) {
      common::v1::CallRecord& part = *page.add_calls();
      part.set_kind(common::v1::RECORD_KIND_MEDIA);
      part.set_parent_source_id(whole.source_call_id());
      part.set_source_call_id(whole.source_call_id() + "/" + std::to_string(++place));
      *part.mutable_start_time() = whole.start_time();
      part.set_source_metadata(attached.raw().data(), attached.raw().size());
    }
  });
}

void ReadPage(const ListingStage& stage, const json::Document& answer,
              v1::ListCallsResponse& page) {
  const KeepRecord all = [](const json::Object&) { return true; };
  ReadCallsIf(stage.keep ? stage.keep : all, answer, stage.paging.list, stage.fill, page);
  if (!stage.attachments.empty()) AddAttachments(stage, answer, page);
}

// A voicemail may turn out to be a call.
common::v1::RecordKind LikeCall(common::v1::RecordKind kind) {
  return kind == common::v1::RECORD_KIND_VOICEMAIL ? common::v1::RECORD_KIND_CALL : kind;
}

// Of its first record.
common::v1::RecordKind KindOf(const v1::ListCallsResponse& page) {
  if (!page.calls().empty()) return LikeCall(page.calls(0).kind());
  return page.unreadable().empty() ? common::v1::RECORD_KIND_UNSPECIFIED
                                   : LikeCall(page.unreadable(0).kind());
}

void AddPhone(const std::string& phone, common::v1::CallRecord& record) {
  if (!phone.empty()) record.add_participants()->set_phone(phone);
}

}  // namespace

std::string Between(const std::string& from, const std::string& to, const Period& period) {
  const Timestamp last = period.end - std::chrono::milliseconds(1);
  return "&" + from + "=" + json::FormatIsoTime(period.start) + "&" + to + "=" +
         json::FormatIsoTime(last);
}

std::string Narrowed(const Period& period,
                     const std::vector<std::pair<std::string, std::string>>& names) {
  std::string query;
  for (const auto& [ours, vendors] : names) {
    const std::string value = period.Attribute(ours);
    if (!value.empty()) query += "&" + vendors + "=" + http::EscapeQuery(value);
  }
  return query;
}

absl::StatusOr<v1::ListCallsResponse> ListStage(VendorSession& vendor,
                                                const std::vector<ListingStage>& stages,
                                                const std::string& cursor) {
  const std::optional<Place> place = PlaceOf(cursor, stages.size());
  if (!place) return vendor.Refused(400, "the cursor is none of this listing");
  const ListingStage& stage = stages[place->stage];
  ASSIGN_OR_RETURN(const Answered answered, AskFor(vendor, stage, place->cursor));
  v1::ListCallsResponse page;
  if (answered.answer) ReadPage(stage, *answered.answer, page);
  if (!answered.next.empty()) {
    page.set_next_cursor(CursorOf({place->stage, answered.next}));
  } else if (place->stage + 1 < stages.size()) {
    page.set_next_cursor(CursorOf({place->stage + 1, ""}));
  }
  return page;
}

v1::ListCallsResponse ReadStage(const std::vector<ListingStage>& stages, const std::string& record,
                                common::v1::RecordKind kind) {
  for (const ListingStage& stage : stages) {
    v1::ListCallsResponse page;
    ReadPage(stage, AnswerOf(stage.paging.list, record), page);
    if (KindOf(page) == LikeCall(kind)) return page;
  }
  return {};
}

absl::Status ReadAllPages(VendorSession& vendor, const ListingStage& stage,
                          const ReadRecord& read) {
  std::string cursor;
  for (int pages = 0; pages < kMostPages; ++pages) {
    ASSIGN_OR_RETURN(const Answered answered, AskFor(vendor, stage, cursor, kHardlyChanges));
    if (answered.answer) ReadEach(*answered.answer, stage.paging.list, read);
    if (answered.next.empty()) return absl::OkStatus();
    if (answered.next == cursor) break;
    cursor = answered.next;
  }
  return VendorError(vendor.terms().name, "its pages have no end");
}

absl::StatusOr<std::optional<json::Document>> AskForAllOrNone(VendorSession& vendor,
                                                              const Paging& paging,
                                                              const std::string& path) {
  const ListingStage list{.paging = paging, .path = path, .fill = nullptr, .may_be_absent = true};
  std::string records;
  std::string cursor;
  for (int pages = 0; pages < kMostPagesOfACall; ++pages) {
    ASSIGN_OR_RETURN(Answered answered, AskFor(vendor, list, cursor));
    // One page is the answer as it came.
    if (pages == 0 && answered.next.empty()) return std::move(answered.answer);
    if (!answered.answer) break;
    const auto listed = answered.answer->root().Find(paging.list);
    for (const json::Value& record : listed ? listed->Children() : std::vector<json::Value>()) {
      absl::StrAppend(&records, records.empty() ? "" : ",", std::string(record.raw()));
    }
    if (answered.next.empty()) return AnswerOf(paging.list, records);
    if (answered.next == cursor) break;
    cursor = answered.next;
  }
  return VendorError(vendor.terms().name, "its pages have no end");
}

absl::StatusOr<v1::CountCallsResponse> CountByListing(VendorSession& vendor,
                                                      const ListingStage& stage, int max_pages) {
  v1::CountCallsResponse count;
  std::string cursor;
  for (int pages = 0; pages < max_pages; ++pages) {
    ASSIGN_OR_RETURN(const Answered answered, AskFor(vendor, stage, cursor));
    v1::ListCallsResponse page;
    if (answered.answer) ReadPage(stage, *answered.answer, page);
    count.set_calls(count.calls() + page.calls_size() + page.unreadable_size());
    cursor = answered.next;
    if (!cursor.empty()) continue;
    count.set_exactness(common::v1::EXACTNESS_EXACT);
    return count;
  }
  count.set_exactness(common::v1::EXACTNESS_LOWER_BOUND);
  return count;
}

int64_t LinkedPage(const VendorAnswer& answer, const std::string& relation) {
  const auto link = answer.headers.find("link");
  if (link == answer.headers.end()) return 0;
  return http::QueryNumber(http::LinkTo(link->second, relation), "page");
}

void FillByShape(const RecordShape& shape, const json::Object& record,
                 common::v1::CallRecord& filled) {
  const auto text = [&](const std::string& name) { return name.empty() ? "" : record.Text(name); };
  filled.set_source_call_id(record.RequiredId(shape.id));
  filled.set_kind(shape.kind);
  filled.set_title(text(shape.title));
  filled.set_text(text(shape.text));
  if (!shape.parent.empty()) filled.set_parent_source_id(record.Id(shape.parent));
  if (!shape.time.empty()) {
    if (const auto time = record.Time(shape.time)) *filled.mutable_start_time() = ToProto(*time);
  }
  for (const std::string& name : shape.phones) {
    if (!record.IsList(name)) {
      AddPhone(record.Id(name), filled);
      continue;
    }
    for (const std::string& phone : record.Texts(name)) AddPhone(phone, filled);
  }
}

FillCall FillBy(RecordShape shape) {
  return [shape = std::move(shape)](const json::Object& record, common::v1::CallRecord& filled) {
    FillByShape(shape, record, filled);
  };
}

KeepRecord LeaveOut(std::string field, std::vector<std::string> words) {
  return [field = std::move(field), words = std::move(words)](const json::Object& record) {
    return std::find(words.begin(), words.end(), record.Text(field)) == words.end();
  };
}

}  // namespace callimport::adapter_gateway
