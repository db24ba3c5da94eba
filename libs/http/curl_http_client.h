// HttpClient on libcurl. Connections are kept alive and reused; proxies of the environment are
// not used, since they would hide the address that a request may go to.
#pragma once

#include "libs/http/curl_handles.h"
#include "libs/http/http_client.h"

namespace callimport::http {

class CurlHttpClient : public HttpClient {
 public:
  absl::StatusOr<Response> Send(const Request& request) override;
  absl::Status Stream(const Request& request, const HeadSink& on_head,
                      const ChunkSink& on_chunk) override;

 private:
  enum class Encoding { kAnyWeCanUndo, kAsStored };
  absl::Status Perform(const Request& request, Encoding encoding, const HeadSink& on_head,
                       const ChunkSink& on_chunk);

  CurlHandles handles_;
};

}  // namespace callimport::http
