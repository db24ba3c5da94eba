#include "tests/e2e/nonsense.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <limits>

namespace callimport::e2e {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr int kDeepest = 4;  // messages may hold themselves

void FillAt(Message& message, const Nonsense& nonsense, int depth);
void FillFieldAt(Message& message, const FieldDescriptor& field, const Nonsense& nonsense,
                 int depth);

// Sets a field, or adds to a list, of messages alone.
void PutMessage(Message& message, const FieldDescriptor& field, const Nonsense& nonsense,
                int depth) {
  if (depth >= kDeepest) return;
  const Reflection& reflection = *message.GetReflection();
  Message& inner = field.is_repeated() ? *reflection.AddMessage(&message, &field)
                                       : *reflection.MutableMessage(&message, &field);
  FillAt(inner, nonsense, depth + 1);
}

// Requests have lists of messages, texts and enums, and no others.
void AddTo(Message& message, const FieldDescriptor& list, const Nonsense& nonsense, int depth) {
  const Reflection& reflection = *message.GetReflection();
  if (list.message_type() != nullptr) return PutMessage(message, list, nonsense, depth);
  if (list.enum_type() != nullptr) {
    return reflection.AddEnumValue(&message, &list, nonsense.choice);
  }
  reflection.AddString(&message, &list, nonsense.text);
}

void SetScalar(Message& message, const FieldDescriptor& field, const Nonsense& nonsense) {
  const Reflection& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection.SetString(&message, &field, nonsense.text);
    case FieldDescriptor::CPPTYPE_ENUM:
      return reflection.SetEnumValue(&message, &field, nonsense.choice);
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection.SetInt32(&message, &field, static_cast<int32_t>(nonsense.number));
    case FieldDescriptor::CPPTYPE_INT64:
      return reflection.SetInt64(&message, &field, nonsense.number);
    case FieldDescriptor::CPPTYPE_UINT32:
      return reflection.SetUInt32(&message, &field, static_cast<uint32_t>(nonsense.number));
    case FieldDescriptor::CPPTYPE_UINT64:
      return reflection.SetUInt64(&message, &field, static_cast<uint64_t>(nonsense.number));
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.SetBool(&message, &field, nonsense.flag);
    case FieldDescriptor::CPPTYPE_FLOAT:
      return reflection.SetFloat(&message, &field, static_cast<float>(nonsense.fraction));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return reflection.SetDouble(&message, &field, nonsense.fraction);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return;
  }
}

void FillAt(Message& message, const Nonsense& nonsense, int depth) {
  const auto& type = *message.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    FillFieldAt(message, *type.field(i), nonsense, depth);
  }
}

void FillFieldAt(Message& message, const FieldDescriptor& field, const Nonsense& nonsense,
                 int depth) {
  if (field.is_repeated()) {
    // A list in a list is short, or nothing would be left to send.
    const int length = depth == 0 ? nonsense.repetitions : std::min(nonsense.repetitions, 1);
    for (int i = 0; i < length; ++i) AddTo(message, field, nonsense, depth);
  } else if (field.message_type() != nullptr) {
    PutMessage(message, field, nonsense, depth);
  } else {
    SetScalar(message, field, nonsense);
  }
}

}  // namespace

std::vector<Nonsense> AllNonsense() {
  return {
      {.name = "nothing at all", .flag = false, .repetitions = 0},
      {.name = "the largest of everything",
       .text = std::string(100'000, 'x'),
       .number = std::numeric_limits<int64_t>::max(),
       .fraction = std::numeric_limits<double>::max(),
       .choice = std::numeric_limits<int>::max()},
      {.name = "the smallest of everything",
       .text = " ",
       .number = std::numeric_limits<int64_t>::min(),
       .fraction = -std::numeric_limits<double>::infinity(),
       .choice = -1},
      {.name = "strange characters",
       .text = "';--\n\r\t\x01\x7f%s$1\\\xE2\x80\xAE\xF0\x9F\x93\x9E",
       .number = -1,
       .fraction = std::numeric_limits<double>::quiet_NaN(),
       .choice = 1},
      {.name = "a text of NUL", .text = std::string("a\0b", 3), .number = 0, .choice = 1},
      {.name = "ids of nothing",
       .text = "00000000-0000-7000-8000-000000000000",
       .number = 1,
       .fraction = 1,
       .choice = 1},
      {.name = "a flood",
       .text = "00000000-0000-7000-8000-000000000000",
       .number = 1'000'000,
       .fraction = 1e9,
       .choice = 2,
       .repetitions = 20'000},
  };
}

void Fill(Message& message, const Nonsense& nonsense) { FillAt(message, nonsense, 0); }

void FillField(Message& message, const FieldDescriptor& field, const Nonsense& nonsense) {
  FillFieldAt(message, field, nonsense, 0);
}

}  // namespace callimport::e2e
