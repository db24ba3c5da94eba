// Reading lists page after page.
#pragma once

#include <algorithm>
#include <string>

#include "absl/status/statusor.h"
#include "libs/common/status_macros.h"

namespace callimport::cli {

inline constexpr int kLargestPage = 500;

struct PageEnd {
  int items = 0;
  std::string next;
};

// For people who see the first of many.
inline constexpr char kMore[] = "There are more; --limit shows them.\n";

// Until there are enough; a page may be short, and even empty, and still have a next one. `ask` is
// given the request with its page filled in, shows what comes, and returns its PageEnd. Afterwards
// the request has a page_token if there are more.
template <typename Request, typename Ask>
absl::Status ForEachPage(Request& request, int limit, Ask ask) {
  for (int left = limit; left > 0;) {
    request.mutable_page()->set_page_size(std::min(left, kLargestPage));
    ASSIGN_OR_RETURN(const PageEnd page, ask(request));
    left -= page.items;
    request.mutable_page()->set_page_token(page.next);
    if (page.next.empty()) break;
  }
  return absl::OkStatus();
}

}  // namespace callimport::cli
