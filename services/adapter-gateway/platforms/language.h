// Languages as platforms write them.
#pragma once

#include <string>

namespace callimport::adapter_gateway {

// ISO 639-1 ("en") for ISO 639-2 ("eng", "ger", "deu"), 639-1 and tags such as "en-US". Empty
// where it is not known.
std::string ToIso6391(const std::string& language);

}  // namespace callimport::adapter_gateway
