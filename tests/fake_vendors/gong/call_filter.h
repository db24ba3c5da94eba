// Which calls a request asks for, in the words of Gong's `filter`.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tests/fake_vendors/gong/call_book.h"
#include "tests/fake_vendors/http/message.h"

namespace callimport::fake_vendors::gong {

struct CallFilter {
  std::optional<Timestamp> from;
  std::optional<Timestamp> to;
  std::string workspace_id;
  std::optional<std::vector<std::string>> call_ids;
  std::string cursor;

  // Equal for equal filters, cursor aside: a cursor goes with one filter only.
  uint64_t Digest() const;
};

// Of the query of GET, and of the body of POST. The error's message is what Gong would say.
absl::StatusOr<CallFilter> FilterOf(const HttpRequest& request);
absl::StatusOr<CallFilter> FilterOf(const nlohmann::json& body);

// One page of the calls that match, oldest first.
struct CallPage {
  std::vector<uint64_t> indexes;
  uint64_t total = 0;
  uint64_t number = 0;
  std::string next_cursor;
};

// How a listing is cut into pages.
struct Paging {
  uint64_t page_size = 100;
  // Calls that have happened so far: the first ones of the book.
  uint64_t visible = 0;
  Timestamp now;
  // How long a cursor is known. Unset: for ever.
  std::optional<std::chrono::milliseconds> cursor_life;
};

// INVALID_ARGUMENT when the cursor is not one of this filter, or is forgotten.
absl::StatusOr<CallPage> Select(const CallBook& book, const CallFilter& filter,
                                const Paging& paging);

}  // namespace callimport::fake_vendors::gong
