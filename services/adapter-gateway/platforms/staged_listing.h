// Listings of one kind of record after the other, page by page, for vendors whose pages are asked
// for by address.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "services/adapter-gateway/platforms/platform_adapter.h"
#include "services/adapter-gateway/platforms/records.h"

namespace callimport::adapter_gateway {

// How a vendor's pages follow one another.
struct Paging {
  // The query's name for the cursor, and the answer's for the next one: "after", "nextCursor".
  const char* cursor;
  const char* next_cursor;
  // The list of the answer: "data".
  const char* list;
};

struct ListingStage {
  Paging paging;
  // With its query, but for the cursor.
  std::string path;
  FillCall fill;
  // Nothing: every record is kept.
  KeepRecord keep = nullptr;
  // Not every account has this list: a 404 is an empty one.
  bool may_be_absent = false;
  // The record's list of attachments, which become records too; empty: none.
  std::string attachments = {};
};

// "&from=…&to=…", for vendors to whom both ends belong to it.
std::string Between(const std::string& from, const std::string& to, const Period& period);

// What else is asked for, as "&name=value" each: from our names to the vendor's.
std::string Narrowed(const Period& period,
                     const std::vector<std::pair<std::string, std::string>>& names);

// One page of one stage. Cursors say the stage and the vendor's cursor in it; one that does not is
// VENDOR_REFUSED.
absl::StatusOr<v1::ListCallsResponse> ListStage(VendorSession& vendor,
                                                const std::vector<ListingStage>& stages,
                                                const std::string& cursor);

// One record that was kept, by the stage whose records are of this kind; see kept_records.h.
v1::ListCallsResponse ReadStage(const std::vector<ListingStage>& stages, const std::string& record,
                                common::v1::RecordKind kind);

// Every record of every page, of lists that hardly change: they may be remembered for minutes.
absl::Status ReadAllPages(VendorSession& vendor, const ListingStage& stage, const ReadRecord& read);

// Every page of a list that belongs to one call, as if they were one. Nothing: the vendor has none
// (404).
absl::StatusOr<std::optional<json::Document>> AskForAllOrNone(VendorSession& vendor,
                                                              const Paging& paging,
                                                              const std::string& path);

// Counts by listing, for vendors that tell no total; LOWER_BOUND after so many pages.
absl::StatusOr<v1::CountCallsResponse> CountByListing(VendorSession& vendor,
                                                      const ListingStage& stage,
                                                      int max_pages = 100);

// The page that the answer's Link header has under this relation: "next", "last". 0: none.
int64_t LinkedPage(const VendorAnswer& answer, const std::string& relation);

// Where a plain record says what; an empty name: nowhere.
struct RecordShape {
  common::v1::RecordKind kind = common::v1::RECORD_KIND_UNSPECIFIED;
  std::string id = "id";
  std::string time = {};
  std::string title = {};
  std::string text = {};
  std::string parent = {};
  // Each a number, or a list of numbers.
  std::vector<std::string> phones = {};
};
void FillByShape(const RecordShape& shape, const json::Object& record,
                 common::v1::CallRecord& filled);
// The same as a function.
FillCall FillBy(RecordShape shape);

// Keeps records of which a field says none of these words.
KeepRecord LeaveOut(std::string field, std::vector<std::string> words);

}  // namespace callimport::adapter_gateway
