// What looks like a secret, by its name. Inside libs/telemetry only.
#pragma once

#include <string>

namespace callimport::log {

// Whether something called so is a secret: "client_secret", "accessKeySecret", "X-Amz-Signature".
bool NamesSecret(const std::string& name);

}  // namespace callimport::log
