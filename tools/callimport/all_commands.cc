#include "tools/callimport/commands.h"

namespace callimport::cli {

std::vector<Command> AllCommands() {
  std::vector<Command> all;
  for (const auto& family :
       {ConnectCommands(), ImportCommands(), WatchCommands(), UploadCommands(), JobCommands(),
        OrderCommands(), FailureCommands(), RemapCommands(), ExplainCommands(), SourceCommands(),
        MassImportCommands(), WorkspaceCommands(), EngagementCommands()}) {
    all.insert(all.end(), family.begin(), family.end());
  }
  return all;
}

}  // namespace callimport::cli
