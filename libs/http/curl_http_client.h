// HttpClient on libcurl. Connections are kept alive and reused; proxies of the environment are
// not used, since they would hide the address that a request may go to.
#pragma once

#include "libs/http/curl_handles.h"
#include "libs/http/http_client.h"
#include "libs/http/transfers.h"

namespace callimport::http {

class CurlHttpClient : public HttpClient {
 public:
  absl::StatusOr<Response> Send(const Request& request) override;
  std::unique_ptr<Transfers> NewTransfers() override;

 private:
  absl::Status Perform(const Request& request, const HeadSink& on_head, const ChunkSink& on_chunk);

  CurlHandles handles_;
  CurlMultis multis_;
};

}  // namespace callimport::http
