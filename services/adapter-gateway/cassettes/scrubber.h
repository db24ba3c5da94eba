// Takes secrets out of what is written to a cassette. It knows them from the requests: what
// authorizes one is looked for everywhere else, in every form, as vendors quote what they were
// told.
#pragma once

#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "services/adapter-gateway/cassettes/cassette.h"

namespace callimport::adapter_gateway {

class Scrubber {
 public:
  // The exchange without secrets. Nothing where they cannot be taken out without breaking what
  // holds them: that exchange must not be written.
  std::optional<Exchange> Scrub(const http::Request& request,
                                const absl::StatusOr<http::Response>& answer);

  // As it stands in a cassette, so that a request with other secrets finds its answer there.
  static std::string ScrubUrl(const std::string& url);
  static std::string ScrubBody(const std::string& body);

 private:
  void Learn(const http::Request& request);
  std::string Hide(std::string text) const;
  // Whether one of the secrets is in it, in any form.
  bool Sings(const std::string& text) const;

  std::mutex mutex_;
  // As they are, and as they stand in addresses, in base64 and in hexadecimal digits.
  std::set<std::string> secrets_;
};

}  // namespace callimport::adapter_gateway
