// The secret with which a vendor signs what it sends; what may be shown of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libs/common/clock.h"

namespace callimport::credential_manager {

struct WebhookSource {
  std::string workspace_id;
  std::string platform;
  // Whose events are signed with it.
  std::string name;
};

struct WebhookSecret {
  std::string webhook_secret_id;
  WebhookSource source;
  Timestamp created_at;
  std::optional<Timestamp> last_used_at;
  std::optional<Timestamp> retired_at;
};

// Of a source's live secrets, those that must go to make room for another: all but one. The one
// that stays was used last; among those never used, it is the newest.
std::vector<WebhookSecret> MakeRoom(std::vector<WebhookSecret> live);

}  // namespace callimport::credential_manager
