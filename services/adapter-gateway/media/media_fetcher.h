// Streams a recording from the vendor's storage, without the vendor's key: the address is signed.
#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "libs/http/http_client.h"
#include "services/adapter-gateway/media/address_book.h"
#include "services/adapter-gateway/quota/download_slots.h"
#include "services/adapter-gateway/sessions/vendor_accounts.h"

namespace callimport::adapter_gateway {

// Who takes the recording. An error of either ends the transfer.
struct MediaSink {
  http::HeadSink on_head;
  http::ChunkSink on_chunk;
};

class MediaFetcher {
 public:
  MediaFetcher(const VendorLine& line, AddressBook& addresses, DownloadSlots& slots)
      : line_(line), addresses_(addresses), slots_(slots) {}

  // OK only when the whole recording went through the sink. NOT_FOUND (RECORDING_MISSING),
  // DATA_LOSS (RECORDING_TRUNCATED), FAILED_PRECONDITION (ADDRESS_REFUSED), UNAVAILABLE
  // (VENDOR_ERROR, VENDOR_UNREACHABLE), RESOURCE_EXHAUSTED (QUOTA_EXHAUSTED), and what the account
  // and the sink say.
  absl::Status Fetch(const VendorAccount& account, const std::string& source_call_id,
                     const Patience& patience, const MediaSink& sink);

 private:
  struct Transfer;
  absl::StatusOr<std::string> Locate(const VendorAccount& account,
                                     const std::string& source_call_id, const Patience& patience);
  absl::Status FetchFrom(const std::string& url, Transfer& transfer);
  absl::Status Follow(std::string url, Transfer& transfer);

  const VendorLine& line_;
  AddressBook& addresses_;
  DownloadSlots& slots_;
};

}  // namespace callimport::adapter_gateway
