// Where the fields of a vendor's key come from. Secrets never stand on the command line, where
// other people of the machine could read them.
#pragma once

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "callimport/common/v1/platform.pb.h"
#include "libs/common/secret.h"
#include "tools/callimport/command_line.h"
#include "tools/callimport/terminal.h"

namespace callimport::cli {

using FieldValues = std::map<std::string, Secret>;

// --set FIELD=VALUE for fields that are not secret; --secret-env [FIELD=]NAME and --secret-file
// [FIELD=]FILE for those that are. Required fields that are missing are asked for on a terminal.
absl::StatusOr<FieldValues> ReadFields(const common::v1::PlatformDescriptor& platform,
                                       const Arguments& arguments, Terminal& terminal);

}  // namespace callimport::cli
