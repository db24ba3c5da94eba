// Names of things: made here, or checked here when they come from outside.
#pragma once

#include <string>

namespace callimport {

// A version 7 UUID: unique without asking anybody, and rising with time, which keeps the indexes
// of tables compact.
std::string NewUuid();

// 8-4-4-4-12 hexadecimal digits, of any version.
bool IsUuid(const std::string& text);

// 1 to 64 of letters, digits, '-', '_' and '.'.
bool IsWorkspaceId(const std::string& text);

}  // namespace callimport
