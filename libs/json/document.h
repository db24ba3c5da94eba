// A JSON text that came from outside, and its values.
//
// Every value knows its bytes in the text, so that a vendor's record can be kept as it was sent,
// and numbers and ids lose no digit. Parse() checks the structure; what a string holds (escapes,
// UTF-8) is checked when it is read, so that one bad string spoils one record and not the page.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace callimport::json {

enum class Kind : uint8_t { kNull, kFalse, kTrue, kNumber, kString, kArray, kObject };

// All values of a text in the order in which they stand there.
struct Tape {
  struct Node {
    uint32_t begin;  // of its bytes in the text
    uint32_t end;
    uint32_t name_begin;  // its name in the object around it, without the quotes
    uint32_t name_end;
    uint32_t after;  // the node that follows this one and all inside it
    Kind kind;
  };
  std::string text;
  std::vector<Node> nodes;
};

// Cheap to copy; valid as long as its document.
class Value {
 public:
  Value(const Tape& tape, uint32_t node) : tape_(&tape), node_(node) {}

  Kind kind() const { return node().kind; }
  // Its bytes, exactly as they came.
  std::string_view raw() const;
  // "calls[3].metaData.duration"; empty for the root.
  std::string Path() const;

  // The member of an object; nothing where there is none, or where this is no object.
  std::optional<Value> Find(std::string_view name) const;
  // The elements of an array, or the members of an object.
  std::vector<Value> Children() const;

  // What a string says. Nothing for other kinds, and where escapes or UTF-8 are broken.
  std::optional<std::string> Text() const;

 private:
  const Tape::Node& node() const { return tape_->nodes[node_]; }
  std::string_view name() const;
  bool IsNamed(std::string_view name) const;

  const Tape* tape_;
  uint32_t node_;
};

class Document {
 public:
  // INVALID_ARGUMENT (JSON_MALFORMED), saying where.
  static absl::StatusOr<Document> Parse(std::string text);

  Value root() const { return {*tape_, 0}; }

 private:
  explicit Document(std::shared_ptr<const Tape> tape) : tape_(std::move(tape)) {}
  std::shared_ptr<const Tape> tape_;
};

}  // namespace callimport::json
