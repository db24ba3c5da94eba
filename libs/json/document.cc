#include "libs/json/document.h"

#include <utility>

#include "libs/common/errors.h"
#include "libs/json/parser.h"
#include "libs/json/text.h"

namespace callimport::json {

std::string_view Value::raw() const {
  return std::string_view(tape_->text).substr(node().begin, node().end - node().begin);
}

std::string_view Value::name() const {
  return std::string_view(tape_->text)
      .substr(node().name_begin, node().name_end - node().name_begin);
}

bool Value::IsNamed(std::string_view wanted) const {
  const std::string_view own = name();
  if (own == wanted) return true;
  return own.find('\\') != std::string_view::npos && Decode(own) == wanted;
}

std::string Value::Path() const {
  std::string path;
  uint32_t around = 0;
  while (around != node_) {
    uint32_t child = around + 1;
    uint32_t index = 0;
    while (tape_->nodes[child].after <= node_) {
      child = tape_->nodes[child].after;
      ++index;
    }
    if (tape_->nodes[around].kind == Kind::kArray) {
      path += "[" + std::to_string(index) + "]";
    } else {
      if (!path.empty()) path += ".";
      path += Value(*tape_, child).name();
    }
    around = child;
  }
  return path;
}

std::optional<Value> Value::Find(std::string_view wanted) const {
  if (kind() != Kind::kObject) return std::nullopt;
  for (uint32_t at = node_ + 1; at < node().after; at = tape_->nodes[at].after) {
    const Value member(*tape_, at);
    if (member.IsNamed(wanted)) return member;
  }
  return std::nullopt;
}

std::vector<Value> Value::Children() const {
  std::vector<Value> children;
  for (uint32_t at = node_ + 1; at < node().after; at = tape_->nodes[at].after) {
    children.emplace_back(*tape_, at);
  }
  return children;
}

std::optional<std::string> Value::Text() const {
  if (kind() != Kind::kString) return std::nullopt;
  return Decode(raw().substr(1, raw().size() - 2));
}

absl::StatusOr<Document> Document::Parse(std::string text) {
  if (text.size() >= UINT32_MAX) {
    return Error(absl::StatusCode::kInvalidArgument, "JSON_MALFORMED", "the JSON text is too long");
  }
  auto tape = std::make_shared<Tape>();
  tape->text = std::move(text);
  const absl::Status status = ParseInto(*tape);
  if (!status.ok()) return status;
  return Document(std::move(tape));
}

}  // namespace callimport::json
