#include "services/adapter-gateway/media/media_fetcher.h"

#include "services/adapter-gateway/media/media_batch.h"

namespace callimport::adapter_gateway {

absl::Status MediaFetcher::Fetch(const VendorAccount& account,
                                 const std::vector<std::string>& source_call_ids,
                                 const Patience& patience, MediaSink& sink) {
  MediaBatch batch({line_, addresses_, slots_, account, patience, sink}, source_call_ids);
  return batch.Run();
}

}  // namespace callimport::adapter_gateway
