// Takes complete requests off the bytes that a client has sent so far.
#pragma once

#include <optional>
#include <string>

#include "tests/fake_vendors/http/message.h"

namespace callimport::fake_vendors {

enum class ParseResult { kIncomplete, kComplete, kMalformed };

// On kComplete, `request` is filled and its bytes are gone from `input`.
ParseResult TakeRequest(std::string& input, HttpRequest& request);

// The head of the request is here, its body is not, and the client waits for a word.
bool ExpectsContinue(const std::string& input);

std::string PercentDecoded(std::string_view text);

}  // namespace callimport::fake_vendors
