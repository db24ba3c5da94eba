#include "libs/http/link_header.h"

#include <algorithm>
#include <charconv>

namespace callimport::http {
namespace {

// rel="next", rel=next, or one of several: rel="prev next".
bool HasRelation(const std::string& parameters, const std::string& relation) {
  const size_t at = parameters.find("rel=");
  if (at == std::string::npos) return false;
  std::string relations = parameters.substr(at + 4);
  relations = relations.starts_with('"') ? relations.substr(1, relations.find('"', 1) - 1)
                                         : relations.substr(0, relations.find_first_of(";, "));
  return (" " + relations + " ").find(" " + relation + " ") != std::string::npos;
}

}  // namespace

std::string LinkTo(const std::string& header, const std::string& relation) {
  for (size_t open = header.find('<'); open != std::string::npos;) {
    const size_t close = header.find('>', open);
    if (close == std::string::npos) return "";
    const size_t next = header.find('<', close);
    if (HasRelation(header.substr(close + 1, next - close - 1), relation)) {
      return header.substr(open + 1, close - open - 1);
    }
    open = next;
  }
  return "";
}

int64_t QueryNumber(const std::string& url, const std::string& name) {
  size_t at = url.find('?');
  while (at != std::string::npos) {
    const size_t end = std::min(url.find('&', at + 1), url.size());
    const std::string pair = url.substr(at + 1, end - at - 1);
    if (pair.starts_with(name + "=")) {
      int64_t number = 0;
      std::from_chars(pair.data() + name.size() + 1, pair.data() + pair.size(), number);
      return number;
    }
    at = url.find('&', at + 1);
  }
  return 0;
}

}  // namespace callimport::http
