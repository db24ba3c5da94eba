// How filter_attributes is kept: an object whose values are texts.
#pragma once

#include <map>
#include <string>

namespace callimport::job_scheduler {

std::string AttributesToJson(const std::map<std::string, std::string>& attributes);
std::map<std::string, std::string> AttributesFromJson(const std::string& json);

}  // namespace callimport::job_scheduler
