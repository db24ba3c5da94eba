// The Link header (RFC 8288), as far as it leads from page to page.
#pragma once

#include <cstdint>
#include <string>

namespace callimport::http {

// The address with this relation, such as "next"; empty: there is none.
std::string LinkTo(const std::string& header, const std::string& relation);

// The whole number of one name in an address's query; 0: none.
int64_t QueryNumber(const std::string& url, const std::string& name);

}  // namespace callimport::http
