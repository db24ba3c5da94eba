// Streams recordings from the vendor's storage, without the vendor's key: the addresses are signed.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/adapter-gateway/media/address_book.h"
#include "services/adapter-gateway/media/media_sink.h"
#include "services/adapter-gateway/quota/download_slots.h"
#include "services/adapter-gateway/sessions/vendor_accounts.h"

namespace callimport::adapter_gateway {

class MediaFetcher {
 public:
  MediaFetcher(const VendorLine& line, AddressBook& addresses, DownloadSlots& slots)
      : line_(line), addresses_(addresses), slots_(slots) {}

  // OK when every recording has ended; a recording ends OK only when the whole of it went through
  // the sink. Otherwise NOT_FOUND (RECORDING_MISSING), DATA_LOSS (RECORDING_TRUNCATED),
  // FAILED_PRECONDITION (ADDRESS_REFUSED), UNAVAILABLE (VENDOR_ERROR, VENDOR_UNREACHABLE),
  // RESOURCE_EXHAUSTED (QUOTA_EXHAUSTED), and what the account says.
  //
  // The error of the sink, or CANCELLED, when nobody takes anything any more.
  absl::Status Fetch(const VendorAccount& account, const std::vector<std::string>& source_call_ids,
                     const Patience& patience, MediaSink& sink);

 private:
  const VendorLine& line_;
  AddressBook& addresses_;
  DownloadSlots& slots_;
};

}  // namespace callimport::adapter_gateway
