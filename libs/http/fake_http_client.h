// A vendor in one function, for tests.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/http/transfers.h"

namespace callimport::http {

// Does one transfer at each Run(), in order, as the function says.
class FakeTransfers : public Transfers {
 public:
  using Deliver = std::function<absl::Status(const Request&, const TransferSink&)>;
  explicit FakeTransfers(Deliver deliver) : deliver_(std::move(deliver)) {}

  void Start(const Request& request, TransferSink sink) override {
    waiting_.push_back({request, std::move(sink)});
  }
  size_t under_way() const override { return waiting_.size(); }
  void Run(std::chrono::milliseconds) override {
    if (waiting_.empty()) return;
    const auto [request, sink] = std::move(waiting_.front());
    waiting_.pop_front();
    sink.on_end(deliver_(request, sink));
  }

 private:
  const Deliver deliver_;
  std::deque<std::pair<Request, TransferSink>> waiting_;
};

// A transfer whose answer promises more bytes than it has breaks off behind them.
class FakeHttpClient : public HttpClient {
 public:
  using Server = std::function<absl::StatusOr<Response>(const Request&)>;
  explicit FakeHttpClient(Server server) : server_(std::move(server)) {}

  absl::StatusOr<Response> Send(const Request& request) override { return Answer(request); }

  std::unique_ptr<Transfers> NewTransfers() override {
    return std::make_unique<FakeTransfers>(
        [this](const Request& request, const TransferSink& sink) { return Stream(request, sink); });
  }

  std::vector<Request> requests() const {
    std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  absl::Status Stream(const Request& request, const TransferSink& sink) {
    ASSIGN_OR_RETURN(const Response response, Answer(request));
    RETURN_IF_ERROR(sink.on_head(response));
    constexpr size_t kPiece = 16 << 10;
    for (size_t at = 0; at < response.body.size(); at += kPiece) {
      RETURN_IF_ERROR(sink.on_chunk(std::string_view(response.body).substr(at, kPiece)));
    }
    const auto come = static_cast<int64_t>(response.body.size());
    if (response.content_length.value_or(0) <= come) return absl::OkStatus();
    return Error(absl::StatusCode::kDataLoss, "RESPONSE_TRUNCATED", "ended early");
  }

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
