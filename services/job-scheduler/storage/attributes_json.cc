#include "services/job-scheduler/storage/attributes_json.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <stdexcept>

namespace callimport::job_scheduler {

std::string AttributesToJson(const std::map<std::string, std::string>& attributes) {
  if (attributes.empty()) return "{}";
  google::protobuf::Struct object;
  for (const auto& [name, value] : attributes) {
    (*object.mutable_fields())[name].set_string_value(value);
  }
  std::string json;
  if (google::protobuf::util::MessageToJsonString(object, &json).ok()) return json;
  throw std::invalid_argument("attributes that are no text");
}

std::map<std::string, std::string> AttributesFromJson(const std::string& json) {
  std::map<std::string, std::string> attributes;
  if (json == "{}") return attributes;
  google::protobuf::Struct object;
  if (!google::protobuf::util::JsonStringToMessage(json, &object).ok()) {
    throw std::invalid_argument("filter_attributes is no JSON object");
  }
  for (const auto& [name, value] : object.fields()) attributes[name] = value.string_value();
  return attributes;
}

}  // namespace callimport::job_scheduler
