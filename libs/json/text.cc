#include "libs/json/text.h"

#include <algorithm>
#include <cstdint>

namespace callimport::json {
namespace {

// The length of the UTF-8 sequence at the front; 0 where there is none (RFC 3629).
size_t SequenceLength(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  const size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  if (lead == 0xE0 && byte(1) < 0xA0) return 0;  // overlong
  if (lead == 0xED && byte(1) > 0x9F) return 0;  // surrogate
  if (lead == 0xF0 && byte(1) < 0x90) return 0;  // overlong
  if (lead == 0xF4 && byte(1) > 0x8F) return 0;  // beyond U+10FFFF
  return length;
}

void AppendUtf8(std::string& text, uint32_t code) {
  const auto continuation = [&](int shift) {
    text += static_cast<char>(0x80 | ((code >> shift) & 0x3F));
  };
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xC0 | (code >> 6));
    continuation(0);
  } else if (code < 0x10000) {
    text += static_cast<char>(0xE0 | (code >> 12));
    continuation(6);
    continuation(0);
  } else {
    text += static_cast<char>(0xF0 | (code >> 18));
    continuation(12);
    continuation(6);
    continuation(0);
  }
}

std::optional<uint32_t> TakeHex4(std::string_view& rest) {
  if (rest.size() < 4) return std::nullopt;
  uint32_t code = 0;
  for (const char c : rest.substr(0, 4)) {
    code <<= 4;
    if (c >= '0' && c <= '9') {
      code |= static_cast<uint32_t>(c - '0');
    } else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
      code |= static_cast<uint32_t>((c | 0x20) - 'a' + 10);
    } else {
      return std::nullopt;
    }
  }
  rest.remove_prefix(4);
  return code;
}

// `rest` begins behind "\u".
bool DecodeUnicode(std::string_view& rest, std::string& text) {
  std::optional<uint32_t> code = TakeHex4(rest);
  if (!code || (*code >= 0xDC00 && *code <= 0xDFFF)) return false;
  if (*code >= 0xD800 && *code <= 0xDBFF) {
    if (!rest.starts_with("\\u")) return false;
    rest.remove_prefix(2);
    const std::optional<uint32_t> low = TakeHex4(rest);
    if (!low || *low < 0xDC00 || *low > 0xDFFF) return false;
    code = 0x10000 + ((*code - 0xD800) << 10) + (*low - 0xDC00);
  }
  AppendUtf8(text, *code);
  return true;
}

// `rest` begins behind the backslash.
bool DecodeEscape(std::string_view& rest, std::string& text) {
  constexpr std::string_view kLetters = "\"\\/bfnrt";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  if (rest.empty()) return false;
  const char letter = rest.front();
  rest.remove_prefix(1);
  if (letter == 'u') return DecodeUnicode(rest, text);
  const size_t index = kLetters.find(letter);
  if (index == std::string_view::npos) return false;
  text += kMeanings[index];
  return true;
}

bool IsPlain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x80 && c != '\\';
}

void AppendControl(std::string& quoted, char c) {
  constexpr char kHex[] = "0123456789abcdef";
  quoted += "\\u00";
  quoted += kHex[(c >> 4) & 15];
  quoted += kHex[c & 15];
}

}  // namespace

std::optional<std::string> Decode(std::string_view rest) {
  const auto special = std::find_if_not(rest.begin(), rest.end(), IsPlain);
  std::string text(rest.begin(), special);
  rest.remove_prefix(text.size());
  while (!rest.empty()) {
    if (rest.front() == '\\') {
      rest.remove_prefix(1);
      if (!DecodeEscape(rest, text)) return std::nullopt;
      continue;
    }
    const size_t length =
        static_cast<unsigned char>(rest.front()) < 0x20 ? 0 : SequenceLength(rest);
    if (length == 0) return std::nullopt;
    text += rest.substr(0, length);
    rest.remove_prefix(length);
  }
  return text;
}

std::string Quote(std::string_view text) {
  std::string quoted = "\"";
  while (!text.empty()) {
    const char c = text.front();
    const size_t length = SequenceLength(text);
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      AppendControl(quoted, c);
    } else if (length == 0) {
      quoted += "\xEF\xBF\xBD";
    } else {
      quoted += text.substr(0, length);
    }
    text.remove_prefix(std::max<size_t>(length, 1));
  }
  return quoted + "\"";
}

std::string QuoteAll(const std::vector<std::string>& texts) {
  std::string list = "[";
  for (const std::string& text : texts) {
    if (list.size() > 1) list += ",";
    list += Quote(text);
  }
  return list + "]";
}

}  // namespace callimport::json
