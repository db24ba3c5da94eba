#include "tests/fake_vendors/gong/call_filter.h"

#include <algorithm>
#include <charconv>
#include <numeric>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "tests/fake_vendors/http/message.h"
#include "tests/fake_vendors/utc_time.h"

namespace callimport::fake_vendors::gong {
namespace {

absl::Status Refusal(const std::string& message) {
  return Error(absl::StatusCode::kInvalidArgument, "BAD_REQUEST", message);
}

absl::StatusOr<std::optional<Timestamp>> Date(const std::string& name, const std::string& text) {
  if (text.empty()) return std::nullopt;
  const std::optional<Timestamp> time = ParseIso(text);
  if (!time) return Refusal("Failed to parse " + name + ": " + text);
  return time;
}

std::string TextOf(const nlohmann::json& object, const char* name) {
  const auto field = object.find(name);
  return field != object.end() && field->is_string() ? field->get<std::string>() : std::string();
}

using std::chrono::milliseconds;

// "<offset>.<made at, ms>.<check>": the check ties it to its filter.
std::string MakeCursor(uint64_t offset, int64_t made_at, uint64_t digest) {
  return std::to_string(offset) + "." + std::to_string(made_at) + "." +
         std::to_string(Mix(digest + static_cast<uint64_t>(made_at), offset));
}

int64_t MillisOf(Timestamp time) {
  return std::chrono::duration_cast<milliseconds>(time.time_since_epoch()).count();
}

absl::StatusOr<uint64_t> OffsetOf(const std::string& cursor, uint64_t digest,
                                  const Paging& paging) {
  if (cursor.empty()) return 0;
  const char* const end = cursor.data() + cursor.size();
  uint64_t offset = 0;
  int64_t made_at = 0;
  const char* const dot = std::from_chars(cursor.data(), end, offset).ptr;
  if (dot < end) std::from_chars(dot + 1, end, made_at);
  const bool forgotten =
      paging.cursor_life && made_at + paging.cursor_life->count() < MillisOf(paging.now);
  if (MakeCursor(offset, made_at, digest) != cursor || forgotten) {
    return Refusal("The cursor is invalid or has expired");
  }
  return offset;
}

bool InTime(const CallBook& book, const CallFilter& filter, uint64_t index) {
  const Timestamp start = book.StartOf(index);
  return (!filter.from || start >= *filter.from) && (!filter.to || start < *filter.to);
}

std::vector<uint64_t> Named(const CallBook& book, const CallFilter& filter, uint64_t visible) {
  std::vector<uint64_t> indexes;
  for (const std::string& id : *filter.call_ids) {
    const std::optional<uint64_t> index = book.IndexOf(id);
    if (index && *index < visible && InTime(book, filter, *index)) indexes.push_back(*index);
  }
  std::ranges::sort(indexes);
  indexes.erase(std::ranges::unique(indexes).begin(), indexes.end());
  return indexes;
}

void Fill(CallPage& page, uint64_t first, uint64_t matching, uint64_t offset, const Paging& paging,
          uint64_t digest) {
  const uint64_t begin = std::min(offset, matching);
  const uint64_t end = std::min(begin + paging.page_size, matching);
  page.total = matching;
  page.number = begin / paging.page_size;
  page.indexes.resize(end - begin);
  std::iota(page.indexes.begin(), page.indexes.end(), first + begin);
  if (end < matching) page.next_cursor = MakeCursor(end, MillisOf(paging.now), digest);
}

}  // namespace

uint64_t CallFilter::Digest() const {
  std::string text = from ? ToIso(*from) : "";
  text += "|" + (to ? ToIso(*to) : "") + "|" + workspace_id;
  if (call_ids) {
    for (const std::string& id : *call_ids) text += "|" + id;
  }
  return std::hash<std::string>()(text);
}

absl::StatusOr<CallFilter> FilterOf(const HttpRequest& request) {
  CallFilter filter;
  ASSIGN_OR_RETURN(filter.from, Date("fromDateTime", std::string(request.Query("fromDateTime"))));
  ASSIGN_OR_RETURN(filter.to, Date("toDateTime", std::string(request.Query("toDateTime"))));
  if (!filter.from || !filter.to) return Refusal("fromDateTime and toDateTime are required");
  filter.workspace_id = request.Query("workspaceId");
  filter.cursor = request.Query("cursor");
  return filter;
}

absl::StatusOr<CallFilter> FilterOf(const nlohmann::json& body) {
  const auto field = body.find("filter");
  if (field == body.end() || !field->is_object()) return Refusal("filter is required");
  CallFilter filter;
  ASSIGN_OR_RETURN(filter.from, Date("fromDateTime", TextOf(*field, "fromDateTime")));
  ASSIGN_OR_RETURN(filter.to, Date("toDateTime", TextOf(*field, "toDateTime")));
  filter.workspace_id = TextOf(*field, "workspaceId");
  filter.cursor = TextOf(body, "cursor");
  const auto ids = field->find("callIds");
  if (ids != field->end()) {
    if (!ids->is_array()) return Refusal("filter.callIds must be an array");
    filter.call_ids.emplace();
    for (const auto& id : *ids) {
      filter.call_ids->push_back(id.is_string() ? id.get<std::string>() : id.dump());
    }
  }
  return filter;
}

absl::StatusOr<CallPage> Select(const CallBook& book, const CallFilter& filter,
                                const Paging& paging) {
  const uint64_t digest = filter.Digest();
  ASSIGN_OR_RETURN(const uint64_t offset, OffsetOf(filter.cursor, digest, paging));
  CallPage page;
  if (!filter.workspace_id.empty() && filter.workspace_id != book.workspace_id()) return page;
  if (filter.call_ids) {
    const std::vector<uint64_t> named = Named(book, filter, paging.visible);
    Fill(page, 0, named.size(), offset, paging, digest);
    for (uint64_t& index : page.indexes) index = named[index];
    return page;
  }
  const uint64_t first = filter.from ? book.FirstFrom(*filter.from) : 0;
  const uint64_t last =
      std::min(filter.to ? book.FirstFrom(*filter.to) : book.size(), paging.visible);
  Fill(page, first, last > first ? last - first : 0, offset, paging, digest);
  return page;
}

}  // namespace callimport::fake_vendors::gong
