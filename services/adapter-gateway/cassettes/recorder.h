// An HttpClient that writes down what it is asked and what is answered. A developer's tool: what
// vendors answer is somebody's data, so the file is its owner's alone and belongs into no
// repository before somebody has read it.
#pragma once

#include <fstream>
#include <memory>
#include <mutex>
#include <string>

#include "libs/http/transfers.h"
#include "services/adapter-gateway/cassettes/scrubber.h"

namespace callimport::adapter_gateway {

class CassetteRecorder : public http::HttpClient {
 public:
  // Appends to `file`. FAILED_PRECONDITION (CASSETTE_UNWRITABLE). `client` must outlive it.
  static absl::StatusOr<std::unique_ptr<CassetteRecorder>> Open(http::HttpClient& client,
                                                                const std::string& file);

  absl::StatusOr<http::Response> Send(const http::Request& request) override;
  std::unique_ptr<http::Transfers> NewTransfers() override;

  // Exchanges that were not written, as secrets could not be taken out of them.
  int left_out() const;

 private:
  class Listening;
  CassetteRecorder(http::HttpClient& client, std::ofstream file)
      : client_(client), file_(std::move(file)) {}
  void Write(const http::Request& request, const absl::StatusOr<http::Response>& answer);

  http::HttpClient& client_;
  Scrubber scrubber_;
  mutable std::mutex mutex_;
  std::ofstream file_;
  int left_out_ = 0;
};

}  // namespace callimport::adapter_gateway
