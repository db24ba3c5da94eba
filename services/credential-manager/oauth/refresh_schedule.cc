#include "services/credential-manager/oauth/refresh_schedule.h"

#include <algorithm>

namespace callimport::credential_manager {

std::optional<Timestamp> RefreshTime(const Tokens& tokens, std::minstd_rand& random) {
  if (!tokens.expires_at) return std::nullopt;
  const auto life = *tokens.expires_at - tokens.obtained_at;
  const auto before_end = life - std::chrono::minutes(5);
  const auto due = std::max<Timestamp::duration>(
      life / 2, std::min<Timestamp::duration>(life * 4 / 5, before_end));
  std::uniform_int_distribution<int64_t> jitter(0, (life / 20).count());
  return tokens.obtained_at + due - Timestamp::duration(jitter(random));
}

}  // namespace callimport::credential_manager
