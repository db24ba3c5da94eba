// Requests as nobody in their right mind would send them.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <cstdint>
#include <string>
#include <vector>

namespace callimport::e2e {

// What every field of one request is filled with. A oneof keeps its last field.
struct Nonsense {
  std::string name;
  std::string text = {};  // of strings and bytes
  int64_t number = 0;     // of whole numbers, cut to their size
  double fraction = 0;    // of floating point numbers
  int choice = 0;         // of enums
  bool flag = true;       // of booleans
  int repetitions = 1;    // of lists and maps, at the top
};

// Maximal and minimal values, ids of nothing, strange characters, floods.
std::vector<Nonsense> AllNonsense();

// Fills the message and what it holds, or one field of it.
void Fill(google::protobuf::Message& message, const Nonsense& nonsense);
void FillField(google::protobuf::Message& message, const google::protobuf::FieldDescriptor& field,
               const Nonsense& nonsense);

}  // namespace callimport::e2e
