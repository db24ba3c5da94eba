#include "libs/json/object.h"

#include <charconv>
#include <cmath>

#include "libs/common/errors.h"
#include "libs/json/iso_time.h"

namespace callimport::json {
namespace {

bool IsWholeNumber(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// "1860" and "1860.0", which some languages write for whole numbers.
std::optional<int64_t> ToInteger(std::string_view text) {
  const size_t point = text.find('.');
  if (point != std::string_view::npos) {
    if (text.find_first_not_of('0', point + 1) != std::string_view::npos) return std::nullopt;
    text = text.substr(0, point);
  }
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Beyond any recording it is a mistake.
std::optional<std::chrono::milliseconds> ToMilliseconds(std::string_view text) {
  constexpr double kMost = 1e9;
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (!(std::abs(seconds) < kMost)) return std::nullopt;
  return std::chrono::milliseconds(std::llround(seconds * 1000));
}

}  // namespace

void Faults::Report(const std::string& path, const std::string& expectation) {
  if (!status_.ok()) return;
  status_ = Error(absl::StatusCode::kInvalidArgument, "FIELD_INVALID",
                  (path.empty() ? "the answer" : path) + ": " + expectation);
}

Object::Object(const Value& value, Faults& faults) : value_(value), faults_(&faults) {
  if (value.kind() != Kind::kObject) Report(value, "an object is expected");
}

void Object::Report(const Value& value, const std::string& expectation) const {
  faults_->Report(value.Path(), expectation);
}

std::optional<Value> Object::Find(std::string_view name) const {
  if (!value_) return std::nullopt;
  const std::optional<Value> found = value_->Find(name);
  if (found && found->kind() == Kind::kNull) return std::nullopt;
  return found;
}

std::string Object::Text(std::string_view name) const {
  const std::optional<Value> value = Find(name);
  if (!value) return "";
  std::optional<std::string> text = value->Text();
  if (!text) Report(*value, "text is expected");
  return std::move(text).value_or("");
}

std::string Object::Id(std::string_view name) const {
  const std::optional<Value> value = Find(name);
  if (!value) return "";
  if (value->kind() == Kind::kNumber && IsWholeNumber(value->raw())) {
    return std::string(value->raw());
  }
  std::optional<std::string> text = value->Text();
  if (!text) Report(*value, "an id is expected, as text or as a whole number");
  return std::move(text).value_or("");
}

std::string Object::RequiredId(std::string_view name) const {
  std::string id = Id(name);
  if (id.empty()) {
    const std::string around = value_ ? value_->Path() : "";
    faults_->Report(around + (around.empty() ? "" : ".") + std::string(name), "is missing");
  }
  return id;
}

std::optional<int64_t> Object::Integer(std::string_view name) const {
  const std::optional<Value> value = Find(name);
  if (!value) return std::nullopt;
  std::optional<int64_t> number;
  if (value->kind() == Kind::kNumber) number = ToInteger(value->raw());
  if (value->kind() == Kind::kString) number = ToInteger(value->Text().value_or(""));
  if (!number) Report(*value, "a whole number is expected");
  return number;
}

std::optional<std::chrono::milliseconds> Object::Seconds(std::string_view name) const {
  const std::optional<Value> value = Find(name);
  if (!value) return std::nullopt;
  std::optional<std::chrono::milliseconds> time;
  if (value->kind() == Kind::kNumber) time = ToMilliseconds(value->raw());
  if (value->kind() == Kind::kString) time = ToMilliseconds(value->Text().value_or(""));
  if (!time) Report(*value, "a number of seconds is expected");
  return time;
}

std::optional<bool> Object::Flag(std::string_view name) const {
  const std::optional<Value> value = Find(name);
  if (!value) return std::nullopt;
  if (value->kind() == Kind::kTrue) return true;
  if (value->kind() == Kind::kFalse) return false;
  Report(*value, "true or false is expected");
  return std::nullopt;
}

std::optional<Timestamp> Object::Time(std::string_view name) const {
  const std::optional<Value> value = Find(name);
  if (!value) return std::nullopt;
  const std::optional<Timestamp> time = ParseIsoTime(value->Text().value_or(""));
  if (!time) Report(*value, "a time such as 2026-03-02T15:01:10Z is expected");
  return time;
}

Object Object::Child(std::string_view name) const {
  const std::optional<Value> value = Find(name);
  if (!value) return {std::nullopt, faults_};
  return {*value, *faults_};
}

std::vector<std::string> Object::Texts(std::string_view name) const {
  const std::optional<Value> value = Find(name);
  std::vector<std::string> texts;
  if (!value) return texts;
  if (value->kind() != Kind::kArray) {
    Report(*value, "a list is expected");
    return texts;
  }
  for (const Value& child : value->Children()) {
    std::optional<std::string> text = child.Text();
    if (!text) Report(child, "text is expected");
    if (text) texts.push_back(*std::move(text));
  }
  return texts;
}

std::vector<Object> Object::Children(std::string_view name) const {
  const std::optional<Value> value = Find(name);
  std::vector<Object> children;
  if (!value) return children;
  if (value->kind() != Kind::kArray) {
    Report(*value, "a list is expected");
    return children;
  }
  for (const Value& child : value->Children()) children.emplace_back(child, *faults_);
  return children;
}

}  // namespace callimport::json
