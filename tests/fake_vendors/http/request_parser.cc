#include "tests/fake_vendors/http/request_parser.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace callimport::fake_vendors {
namespace {

constexpr size_t kMaxHead = 65'536;
constexpr size_t kMaxBody = 16'777'216;

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return lower;
}

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Cuts the text up to `mark` off `rest`; all of it when the mark is missing.
std::string_view CutAt(std::string_view& rest, std::string_view mark) {
  const size_t place = rest.find(mark);
  const std::string_view first = rest.substr(0, place);
  rest = place == std::string_view::npos ? std::string_view() : rest.substr(place + mark.size());
  return first;
}

void ReadQuery(std::string_view text, HttpRequest& request) {
  while (!text.empty()) {
    std::string_view value = CutAt(text, "&");
    const std::string_view name = CutAt(value, "=");
    request.query.emplace_back(PercentDecoded(name), PercentDecoded(value));
  }
}

bool ReadRequestLine(std::string_view line, HttpRequest& request) {
  request.method = CutAt(line, " ");
  std::string_view target = CutAt(line, " ");
  if (!line.starts_with("HTTP/1.") || !target.starts_with("/")) return false;
  request.keep_alive = line != "HTTP/1.0";
  request.path = PercentDecoded(CutAt(target, "?"));
  ReadQuery(target, request);
  return true;
}

bool ReadHead(std::string_view head, HttpRequest& request) {
  if (!ReadRequestLine(CutAt(head, "\r\n"), request)) return false;
  while (!head.empty()) {
    std::string_view value = CutAt(head, "\r\n");
    const std::string_view name = CutAt(value, ":");
    request.headers.emplace_back(LowerCase(name), Trimmed(value));
  }
  if (LowerCase(request.Header("connection")) == "close") request.keep_alive = false;
  return request.Header("transfer-encoding").empty();
}

std::optional<size_t> ContentLength(const HttpRequest& request) {
  const std::string_view text = request.Header("content-length");
  if (text.empty()) return 0;
  size_t length = 0;
  const auto end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, length);
  if (error != std::errc() || stopped != end || length > kMaxBody) return std::nullopt;
  return length;
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const int lower = std::tolower(static_cast<unsigned char>(c));
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

ParseResult TakeRequest(std::string& input, HttpRequest& request) {
  const size_t head_size = input.find("\r\n\r\n");
  if (head_size == std::string::npos) {
    return input.size() > kMaxHead ? ParseResult::kMalformed : ParseResult::kIncomplete;
  }
  request = {};
  if (!ReadHead(std::string_view(input).substr(0, head_size), request)) {
    return ParseResult::kMalformed;
  }
  const std::optional<size_t> length = ContentLength(request);
  if (!length) return ParseResult::kMalformed;
  const size_t begin = head_size + 4;
  if (input.size() < begin + *length) return ParseResult::kIncomplete;
  request.body = input.substr(begin, *length);
  input.erase(0, begin + *length);
  return ParseResult::kComplete;
}

bool ExpectsContinue(const std::string& input) {
  const size_t head_size = input.find("\r\n\r\n");
  return head_size != std::string::npos &&
         LowerCase(std::string_view(input).substr(0, head_size)).find("\r\nexpect: 100-continue") !=
             std::string::npos;
}

std::string PercentDecoded(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const bool escaped = text[i] == '%' && i + 2 < text.size() && HexDigit(text[i + 1]) >= 0 &&
                         HexDigit(text[i + 2]) >= 0;
    if (!escaped) {
      decoded += text[i];
      continue;
    }
    decoded += static_cast<char>(HexDigit(text[i + 1]) * 16 + HexDigit(text[i + 2]));
    i += 2;
  }
  return decoded;
}

}  // namespace callimport::fake_vendors
