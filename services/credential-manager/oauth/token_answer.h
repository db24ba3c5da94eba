// What a token endpoint answers (RFC 6749, sections 5.1 and 5.2), from whoever it comes.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "libs/common/clock.h"
#include "services/credential-manager/domain/oauth.h"

namespace callimport::credential_manager {

// DATA_LOSS (TOKEN_ANSWER_UNREADABLE) when it holds no token that can be used. Quotes nothing of
// it. `base_url_field`: where the vendor says whom to ask; empty: nowhere.
absl::StatusOr<Tokens> ParseTokenAnswer(std::string body, const std::string& base_url_field,
                                        Timestamp now);

// The error code of a refusal ("invalid_grant"), cut down to the letters of such a code; empty when
// there is none. Some vendors call it "reason" or "errorCode".
std::string ErrorCodeOf(std::string body);

}  // namespace callimport::credential_manager
