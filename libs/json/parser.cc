#include "libs/json/parser.h"

#include "libs/common/errors.h"

namespace callimport::json {
namespace {

// Deeper texts are refused: each level costs a frame of the stack.
constexpr int kMaxDepth = 100;

class Parser {
 public:
  explicit Parser(Tape& tape)
      : tape_(tape), begin_(tape.text.data()), at_(begin_), end_(begin_ + tape.text.size()) {}

  absl::Status Run() {
    tape_.nodes.reserve(tape_.text.size() / 12 + 1);
    SkipBlank();
    const bool fine = ReadValue({}, 0);
    SkipBlank();
    if (fine && at_ == end_) return absl::OkStatus();
    return Error(absl::StatusCode::kInvalidArgument, "JSON_MALFORMED",
                 "not JSON at byte " + std::to_string(at_ - begin_));
  }

 private:
  struct Name {
    uint32_t begin = 0;
    uint32_t end = 0;
  };

  uint32_t Offset() const { return static_cast<uint32_t>(at_ - begin_); }

  // Every text ends with a NUL behind end_, so looking at *at_ is always allowed.
  void SkipBlank() {
    while (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t') ++at_;
  }

  bool Take(char expected) {
    if (*at_ != expected || at_ == end_) return false;
    ++at_;
    return true;
  }

  bool ReadValue(Name name, int depth) {
    if (depth > kMaxDepth) return false;
    const auto index = static_cast<uint32_t>(tape_.nodes.size());
    tape_.nodes.push_back({Offset(), 0, name.begin, name.end, 0, Kind::kNull});
    Kind kind = Kind::kNull;
    if (!ReadContent(kind, depth)) return false;
    Tape::Node& node = tape_.nodes[index];
    node.kind = kind;
    node.end = Offset();
    node.after = static_cast<uint32_t>(tape_.nodes.size());
    return true;
  }

  bool ReadContent(Kind& kind, int depth) {
    switch (*at_) {
      case '{':
        kind = Kind::kObject;
        return ReadObject(depth);
      case '[':
        kind = Kind::kArray;
        return ReadArray(depth);
      case '"':
        kind = Kind::kString;
        return ReadString();
      case 't':
        kind = Kind::kTrue;
        return ReadWord("true");
      case 'f':
        kind = Kind::kFalse;
        return ReadWord("false");
      case 'n':
        kind = Kind::kNull;
        return ReadWord("null");
      default:
        kind = Kind::kNumber;
        return ReadNumber();
    }
  }

  bool ReadObject(int depth) {
    ++at_;
    SkipBlank();
    if (Take('}')) return true;
    do {
      SkipBlank();
      Name name{Offset() + 1, 0};
      if (!ReadString()) return false;
      name.end = Offset() - 1;
      SkipBlank();
      if (!Take(':')) return false;
      SkipBlank();
      if (!ReadValue(name, depth + 1)) return false;
      SkipBlank();
    } while (Take(','));
    return Take('}');
  }

  bool ReadArray(int depth) {
    ++at_;
    SkipBlank();
    if (Take(']')) return true;
    do {
      SkipBlank();
      if (!ReadValue({}, depth + 1)) return false;
      SkipBlank();
    } while (Take(','));
    return Take(']');
  }

  // Only finds where it ends; Decode() looks inside.
  bool ReadString() {
    if (!Take('"')) return false;
    while (at_ < end_) {
      const char c = *at_++;
      if (c == '"') return true;
      if (c == '\\') ++at_;
    }
    at_ = end_;
    return false;
  }

  bool ReadWord(std::string_view word) {
    if (std::string_view(at_, static_cast<size_t>(end_ - at_)).substr(0, word.size()) != word) {
      return false;
    }
    at_ += word.size();
    return true;
  }

  bool ReadDigits() {
    const char* first = at_;
    while (*at_ >= '0' && *at_ <= '9') ++at_;
    return at_ > first;
  }

  bool ReadNumber() {
    Take('-');
    if (!Take('0') && !ReadDigits()) return false;
    if (Take('.') && !ReadDigits()) return false;
    if (!Take('e') && !Take('E')) return true;
    if (!Take('+')) Take('-');
    return ReadDigits();
  }

  Tape& tape_;
  const char* begin_;
  const char* at_;
  const char* end_;
};

}  // namespace

absl::Status ParseInto(Tape& tape) { return Parser(tape).Run(); }

}  // namespace callimport::json
