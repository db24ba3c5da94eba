// What reading records again changes, for people.
#pragma once

#include <string>

#include "callimport/common/v1/remap.pb.h"
#include "tools/callimport/terminal.h"

namespace callimport::cli {

// Of one page after the other: numbers are added, and the first samples stay.
void Add(const common::v1::RemapTally& page, common::v1::RemapTally& all);

// "10 calls read again, 2 to be corrected, 1 beyond this mapping." `what`: "call".
std::string TallyText(const common::v1::RemapTally& tally, const std::string& what, bool done);

// The id of each sample, and below it what of it changes: title: "old" → "new".
std::string SamplesText(const common::v1::RemapTally& tally, const Canvas& canvas);

}  // namespace callimport::cli
