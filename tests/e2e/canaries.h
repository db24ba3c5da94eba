// Secrets that sing when they are found.
#pragma once

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace callimport::e2e {

// They look like nothing in particular: what hides them must know that they are secret.
inline constexpr char kAccessKey[] = "canarykq7RwZ0aTf";
inline constexpr char kAccessSecret[] = "canaryzx93LmVbQe";
inline constexpr char kOtherSecret[] = "canaryhu41NcYpSd";
inline constexpr char kUrlPassword[] = "canarybn58GtJrKo";
inline constexpr char kDsnPassword[] = "canarywd26FxHsUi";
inline constexpr char kBearer[] = "canarymv70BzElPa";

// Each canary that stands in the text in some form, with what stands around it.
std::vector<std::string> FoundIn(const std::string& text);

MATCHER(HoldsNone, "holds no canary") { return FoundIn(arg).empty(); }

}  // namespace callimport::e2e
