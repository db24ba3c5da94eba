// Writes JSON into one string, quickly: listings have thousands of records a second.
#pragma once

#include <concepts>
#include <string>
#include <string_view>

namespace callimport::fake_vendors {

class JsonWriter {
 public:
  JsonWriter& BeginObject() { return Open('{'); }
  JsonWriter& EndObject() { return Close('}'); }
  JsonWriter& BeginArray() { return Open('['); }
  JsonWriter& EndArray() { return Close(']'); }

  JsonWriter& Key(std::string_view name);
  JsonWriter& Text(std::string_view text);
  JsonWriter& Bool(bool value) { return Raw(value ? "true" : "false"); }
  JsonWriter& Null() { return Raw("null"); }
  template <std::integral T>
  JsonWriter& Number(T value) {
    return Raw(std::to_string(value));
  }

  // Key and value in one.
  JsonWriter& Field(std::string_view name, std::string_view text) { return Key(name).Text(text); }
  JsonWriter& Field(std::string_view name, bool value) { return Key(name).Bool(value); }
  JsonWriter& Field(std::string_view name, const char* text) { return Key(name).Text(text); }
  template <std::integral T>
  JsonWriter& Field(std::string_view name, T value) {
    return Key(name).Number(value);
  }

  // JSON as it is, such as a number with a fraction.
  JsonWriter& Raw(std::string_view text);

  std::string Take() { return std::move(json_); }

 private:
  JsonWriter& Open(char bracket);
  JsonWriter& Close(char bracket);
  void Separate();

  std::string json_;
  bool needs_comma_ = false;
};

}  // namespace callimport::fake_vendors
