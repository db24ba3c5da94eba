// A vendor in one function, for tests.
#pragma once

#include <functional>
#include <mutex>
#include <vector>

#include "libs/common/status_macros.h"
#include "libs/http/http_client.h"

namespace callimport::http {

class FakeHttpClient : public HttpClient {
 public:
  using Server = std::function<absl::StatusOr<Response>(const Request&)>;
  explicit FakeHttpClient(Server server) : server_(std::move(server)) {}

  absl::StatusOr<Response> Send(const Request& request) override { return Answer(request); }

  absl::Status Stream(const Request& request, const HeadSink& on_head,
                      const ChunkSink& on_chunk) override {
    ASSIGN_OR_RETURN(const Response response, Answer(request));
    RETURN_IF_ERROR(on_head(response));
    constexpr size_t kPiece = 16 << 10;
    for (size_t at = 0; at < response.body.size(); at += kPiece) {
      RETURN_IF_ERROR(on_chunk(std::string_view(response.body).substr(at, kPiece)));
    }
    return absl::OkStatus();
  }

  std::vector<Request> requests() const {
    std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  absl::StatusOr<Response> Answer(const Request& request) {
    {
      std::lock_guard lock(mutex_);
      requests_.push_back(request);
    }
    return server_(request);
  }

  Server server_;
  mutable std::mutex mutex_;
  std::vector<Request> requests_;
};

inline Response MakeResponse(int status, std::string body,
                             std::map<std::string, std::string> headers = {}) {
  Response response;
  response.status = status;
  response.headers = std::move(headers);
  response.content_length = static_cast<int64_t>(body.size());
  response.body = std::move(body);
  return response;
}

}  // namespace callimport::http
