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

// Until there are enough. `ask` is given the request with its page filled in, shows what comes, and
// returns its PageEnd.
template <typename Request, typename Ask>
absl::Status ForEachPage(Request& request, int limit, Ask ask) {
  for (int left = limit; left > 0;) {
    request.mutable_page()->set_page_size(std::min(left, kLargestPage));
    ASSIGN_OR_RETURN(const PageEnd page, ask(request));
    left -= page.items;
    if (page.next.empty() || page.items == 0) break;
    request.mutable_page()->set_page_token(page.next);
  }
  return absl::OkStatus();
}

}  // namespace callimport::cli
