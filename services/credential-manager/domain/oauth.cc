#include "services/credential-manager/domain/oauth.h"

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace callimport::credential_manager {

std::string JoinScopes(const std::vector<std::string>& scopes) {
  return absl::StrJoin(scopes, " ");
}

std::vector<std::string> SplitScopes(const std::string& scopes) {
  return absl::StrSplit(scopes, ' ', absl::SkipEmpty());
}

}  // namespace callimport::credential_manager
