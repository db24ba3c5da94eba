#include "tests/fake_vendors/byte_range.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace callimport::fake_vendors {
namespace {

struct Range {
  uint64_t first = 0;
  uint64_t last = 0;
};

std::optional<uint64_t> Number(std::string_view text) {
  uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stopped == end ? std::optional(number) : std::nullopt;
}

// "bytes=0-99", "bytes=100-", "bytes=-100". A list of ranges is ignored, as the standard allows.
std::optional<Range> Parse(std::string_view text, uint64_t size) {
  if (!text.starts_with("bytes=")) return std::nullopt;
  text.remove_prefix(6);
  const size_t dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const std::optional<uint64_t> first = Number(text.substr(0, dash));
  const std::optional<uint64_t> last = Number(text.substr(dash + 1));
  if (first) return Range{*first, last.value_or(UINT64_MAX)};
  if (!last || dash != 0) return std::nullopt;
  return Range{size - std::min(*last, size), UINT64_MAX};
}

}  // namespace

HttpResponse ServeRange(const HttpRequest& request, HttpResponse whole, const std::string& etag) {
  whole.headers.emplace_back("Accept-Ranges", "bytes");
  whole.headers.emplace_back("ETag", etag);
  const uint64_t size = whole.body.size();
  const std::string_view condition = request.Header("if-range");
  const std::optional<Range> range = Parse(request.Header("range"), size);
  if (!range || (!condition.empty() && condition != etag)) return whole;
  if (range->first >= size || range->last < range->first) {
    whole.status = 416;
    whole.headers.emplace_back("Content-Range", "bytes */" + std::to_string(size));
    whole.body = {};
    return whole;
  }
  const uint64_t last = std::min(range->last, size - 1);
  whole.status = 206;
  whole.headers.emplace_back("Content-Range", "bytes " + std::to_string(range->first) + "-" +
                                                  std::to_string(last) + "/" +
                                                  std::to_string(size));
  whole.body = whole.body.Slice(range->first, last - range->first + 1);
  return whole;
}

}  // namespace callimport::fake_vendors
