// Where records go that cannot be read, so that the run goes on, and from where they come back once
// the mapping is mended. They are personal data: bounded in number, size and time, never in a log,
// and gone soon after their credential.
#pragma once

#include <chrono>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "callimport/adapter_gateway/v1/call_catalog.pb.h"
#include "callimport/adapter_gateway/v1/records.pb.h"
#include "services/adapter-gateway/sessions/vendor_accounts.h"
#include "services/adapter-gateway/storage/quarantine_store.h"

namespace callimport::adapter_gateway {

struct QuarantineTerms {
  // Since it was seen last.
  std::chrono::hours keep{24 * 30};
  int64_t most_of_account = 10'000;
  // Of a larger one nothing but its reason is kept.
  size_t largest = 65'536;
};

class Quarantine {
 public:
  Quarantine(QuarantineStore& store, VendorAccounts& accounts, const QuarantineTerms& terms)
      : store_(store), accounts_(accounts), terms_(terms) {}

  // Takes the unreadable records out of a page, and leaves their ids. Where the account has too
  // many there is no id, and nothing but the reason is left.
  absl::Status Keep(const RecordSource& source, v1::ListCallsResponse& page);

  // One page of what is kept of the account, read anew. Neither the vendor is asked nor a secret
  // opened. `after`: where the last page ended.
  absl::StatusOr<v1::RemapResponse> Remap(const RecordSource& source, const std::string& after);

  // Forgets what is too old, and what is of credentials that are there no more.
  absl::Status Clean();

 private:
  QuarantineStore& store_;
  VendorAccounts& accounts_;
  const QuarantineTerms terms_;
};

}  // namespace callimport::adapter_gateway
