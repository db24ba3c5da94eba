#include "libs/rpc/text_check.h"

#include <google/protobuf/descriptor.h>

#include <optional>
#include <string>
#include <vector>

#include "libs/common/errors.h"

namespace callimport::rpc {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// The path of the first field that holds one.
std::optional<std::string> NulIn(const Message& message);

std::optional<std::string> NulInText(const Message& message, const FieldDescriptor& field,
                                     int index) {
  const auto& reflection = *message.GetReflection();
  std::string scratch;
  const std::string& text =
      field.is_repeated() ? reflection.GetRepeatedStringReference(message, &field, index, &scratch)
                          : reflection.GetStringReference(message, &field, &scratch);
  if (text.find('\0') == std::string::npos) return std::nullopt;
  return field.name();
}

std::optional<std::string> NulInMessage(const Message& message, const FieldDescriptor& field,
                                        int index) {
  const auto& reflection = *message.GetReflection();
  const auto path =
      NulIn(field.is_repeated() ? reflection.GetRepeatedMessage(message, &field, index)
                                : reflection.GetMessage(message, &field));
  return path ? std::optional(field.name() + "." + *path) : std::nullopt;
}

std::optional<std::string> NulInField(const Message& message, const FieldDescriptor& field) {
  const bool is_text = field.type() == FieldDescriptor::TYPE_STRING;
  if (!is_text && field.message_type() == nullptr) return std::nullopt;
  const int count = field.is_repeated() ? message.GetReflection()->FieldSize(message, &field) : 1;
  for (int i = 0; i < count; ++i) {
    auto path = is_text ? NulInText(message, field, i) : NulInMessage(message, field, i);
    if (path) return path;
  }
  return std::nullopt;
}

std::optional<std::string> NulIn(const Message& message) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (auto path = NulInField(message, *field)) return path;
  }
  return std::nullopt;
}

}  // namespace

absl::Status CheckTextsOf(const Message& request) {
  const auto path = NulIn(request);
  if (!path) return absl::OkStatus();
  return RequestCheck().Require(false, *path, "must not hold a NUL character").Verdict();
}

}  // namespace callimport::rpc
