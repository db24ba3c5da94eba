// The parts of an address.
#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace callimport::http {

struct Url {
  std::string scheme;
  // Lower case, without port; an IPv6 address without its brackets.
  std::string host;
  int port = 0;
  std::string path;

  // "media.example:443".
  std::string Authority() const;
};

// INVALID_ARGUMENT (ADDRESS_INVALID) unless it is an http or https address without user and
// password.
absl::StatusOr<Url> ParseUrl(const std::string& text);

// What `reference` of a Location header means at `base`.
absl::StatusOr<std::string> ResolveUrl(const std::string& base, const std::string& reference);

// Without query and fragment, which may hold signatures: for logs and errors.
std::string WithoutQuery(const std::string& url);

std::string EscapeQuery(const std::string& text);

}  // namespace callimport::http
