// What a vendor answered.
#pragma once

#include <map>
#include <string>

#include "libs/json/document.h"

namespace callimport::adapter_gateway {

// Cheap to copy.
struct VendorAnswer {
  int status = 0;
  json::Document body;
  // Names in lower case.
  std::map<std::string, std::string> headers = {};
};

}  // namespace callimport::adapter_gateway
