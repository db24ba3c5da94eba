// What a vendor was asked and what it answered, one JSON object a line, for people to read and for
// tests to play:
//
//   {"method":"GET","url":"https://api.example/calls?api_key=[redacted]","request":"",
//    "status":200,"headers":["content-type: application/json"],"body":"{\"calls\":[]}"}
//
// Bodies that are no text are `body_base64`; an answer that never came is `error` instead.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/http/http_client.h"

namespace callimport::adapter_gateway {

struct Exchange {
  std::string method = "GET";
  std::string url = {};
  // The body of the request.
  std::string request = {};
  absl::StatusOr<http::Response> answer = http::Response();
};

// Without the line's end.
std::string ToLine(const Exchange& exchange);
// INVALID_ARGUMENT (CASSETTE_INVALID).
absl::StatusOr<Exchange> FromLine(const std::string& line);

// NOT_FOUND (CASSETTE_MISSING), INVALID_ARGUMENT (CASSETTE_INVALID) with the line's number.
absl::StatusOr<std::vector<Exchange>> ReadCassette(const std::string& file);

}  // namespace callimport::adapter_gateway
