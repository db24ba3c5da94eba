// Reading the fields of an object whose sender we do not trust to keep to the form.
//
//   json::Faults faults;
//   const json::Object call(value, faults);
//   record.set_title(call.Child("metaData").Text("title"));
//   if (!faults.status().ok()) ...   // "calls[3].metaData.title: text is expected"
//
// A field that is absent or null reads as empty. A field of another type is a fault, and reads as
// empty too, so that reading goes straight on.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "libs/common/clock.h"
#include "libs/json/document.h"

namespace callimport::json {

// Remembers the first thing that was wrong.
class Faults {
 public:
  void Report(const std::string& path, const std::string& expectation);

  // OK, or INVALID_ARGUMENT (FIELD_INVALID) naming the field.
  const absl::Status& status() const { return status_; }

 private:
  absl::Status status_;
};

class Object {
 public:
  // `faults` must outlive this.
  Object(const Value& value, Faults& faults);

  // False also for null.
  bool Has(std::string_view name) const { return Find(name).has_value(); }
  bool IsList(std::string_view name) const {
    const auto value = Find(name);
    return value && value->kind() == Kind::kArray;
  }

  std::string Text(std::string_view name) const;
  // A string or a whole number; every digit is kept.
  std::string Id(std::string_view name) const;
  // The same, but it is a fault when it is missing or empty.
  std::string RequiredId(std::string_view name) const;
  // A whole number, as number or as text.
  std::optional<int64_t> Integer(std::string_view name) const;
  // Seconds, perhaps with a fraction, as number or as text.
  std::optional<std::chrono::milliseconds> Seconds(std::string_view name) const;
  std::optional<bool> Flag(std::string_view name) const;
  // ISO 8601 with a zone.
  std::optional<Timestamp> Time(std::string_view name) const;

  Object Child(std::string_view name) const;
  // The strings of an array.
  std::vector<std::string> Texts(std::string_view name) const;
  // The objects of an array.
  std::vector<Object> Children(std::string_view name) const;

  // Its bytes as they came.
  std::string_view raw() const { return value_ ? value_->raw() : std::string_view(); }

 private:
  Object(std::optional<Value> value, Faults* faults) : value_(value), faults_(faults) {}

  std::optional<Value> Find(std::string_view name) const;
  void Report(const Value& value, const std::string& expectation) const;

  std::optional<Value> value_;
  Faults* faults_;
};

}  // namespace callimport::json
