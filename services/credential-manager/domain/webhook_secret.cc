#include "services/credential-manager/domain/webhook_secret.h"

#include <algorithm>
#include <utility>

namespace callimport::credential_manager {

std::vector<WebhookSecret> MakeRoom(std::vector<WebhookSecret> live) {
  if (live.empty()) return {};
  const auto stays = std::ranges::max_element(live, {}, [](const WebhookSecret& secret) {
    return std::pair(secret.last_used_at.value_or(Timestamp::min()), secret.created_at);
  });
  live.erase(stays);
  return live;
}

}  // namespace callimport::credential_manager
