// Corrects engagements after the mapping of a platform was mended: the gateway reads anew what the
// source told of them, and nobody asks the vendor.
#pragma once

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "callimport/common/v1/remap.pb.h"
#include "libs/clients/adapter_gateway/records_client.h"
#include "services/media-pipeline/search/lexicon.h"
#include "services/media-pipeline/storage/remap_store.h"

namespace callimport::media_pipeline {

struct RemappedPage {
  common::v1::RemapTally tally;
  // Where the next page begins; nothing: that was the last.
  std::optional<ListPosition> end;
};

class Remapper {
 public:
  Remapper(RemapStore& store, adapter_gateway::RecordsClient& gateway, Lexicon& lexicon)
      : store_(store), gateway_(gateway), lexicon_(lexicon) {}

  // One page behind `after`. `dry_run`: tells what would change.
  absl::StatusOr<RemappedPage> Remap(const RemapOrder& order,
                                     const std::optional<ListPosition>& after, bool dry_run);

 private:
  absl::Status Complete(std::vector<Correction>& corrections,
                        const std::vector<const KeptEngagement*>& kept);

  RemapStore& store_;
  adapter_gateway::RecordsClient& gateway_;
  Lexicon& lexicon_;
};

}  // namespace callimport::media_pipeline
