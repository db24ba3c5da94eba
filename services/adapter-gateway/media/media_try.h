// What one try to fetch a recording has met, and what it means.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "libs/common/clock.h"
#include "libs/http/http_client.h"
#include "services/adapter-gateway/media/media_place.h"
#include "services/adapter-gateway/vendor/vendor_terms.h"

namespace callimport::adapter_gateway {

// DATA_LOSS (RECORDING_TRUNCATED): a part of it has come, and no more will.
absl::Status Truncated(const std::string& how);

struct MediaTry {
  // Asked last.
  std::string url = {};
  // Bytes may have gone to the sink: from here on a try can only bring the rest.
  bool begun = false;
  // A page or a document was answered before, at another address: then it is what there is.
  bool takes_pages = false;
  // Storage providers answer so when a signature has expired, or the file has moved.
  bool stale = false;
  // Where it goes on; empty: nowhere.
  std::string redirect = {};
  int redirects = 0;
  // What we or the sink said, which goes up as it is.
  absl::Status own = {};

  // OK: the body is the recording, or the rest of what is at `place`.
  absl::Status TakeHead(const VendorTerms& terms, const http::Head& head, const MediaPlace& place,
                        Timestamp now);

  // What the end of the transfer means for the recording.
  absl::Status Judge(const VendorTerms& terms, const absl::Status& ended) const;
};

}  // namespace callimport::adapter_gateway
