#include "services/adapter-gateway/cassettes/player.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/http/url.h"
#include "services/adapter-gateway/cassettes/scrubber.h"

namespace callimport::adapter_gateway {
namespace {

constexpr size_t kPiece = 64 << 10;

std::string ExactKey(const std::string& method, const std::string& url, const std::string& body) {
  return absl::StrCat(method, " ", url, "\n", body);
}

std::string LooseKey(const std::string& method, const std::string& url) {
  return absl::StrCat(method, " ", http::WithoutQuery(url));
}

http::Response Instead(int status, const std::string& body, const std::string& type) {
  http::Response response;
  response.status = status;
  response.headers = {{"content-type", type}, {"retry-after", "1"}};
  response.body = body;
  response.content_length = static_cast<int64_t>(body.size());
  return response;
}

// Does one transfer at each Run(), in order.
class Playing : public http::Transfers {
 public:
  using Deliver =
      std::function<absl::Status(const http::Request& request, const http::TransferSink& sink)>;
  explicit Playing(Deliver deliver) : deliver_(std::move(deliver)) {}

  void Start(const http::Request& request, http::TransferSink sink) override {
    waiting_.emplace_back(request, std::move(sink));
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
  std::deque<std::pair<http::Request, http::TransferSink>> waiting_;
};

absl::StatusOr<http::Response> Suffer(CassetteFault fault, absl::StatusOr<http::Response> answer) {
  switch (fault) {
    case CassetteFault::kNone:
    case CassetteFault::kTruncated:
      return answer;
    case CassetteFault::kUnreachable:
      return Error(absl::StatusCode::kUnavailable, "CONNECTION_FAILED", "nobody is there");
    case CassetteFault::kSilent:
      return Error(absl::StatusCode::kDeadlineExceeded, "RESPONSE_TIMED_OUT", "nothing came");
    case CassetteFault::kTrouble:
      return Instead(503, "", "text/plain");
    case CassetteFault::kSlowDown:
      return Instead(429, "", "text/plain");
    case CassetteFault::kPageInstead:
      return Instead(200, "<html><title>Sign in</title></html>", "text/html");
  }
  return answer;
}

}  // namespace

CassettePlayer::CassettePlayer(std::vector<Exchange> exchanges) : exchanges_(std::move(exchanges)) {
  for (const Exchange& exchange : exchanges_) {
    exact_[ExactKey(exchange.method, exchange.url, exchange.request)].exchanges.push_back(
        &exchange);
    alike_[LooseKey(exchange.method, exchange.url)].exchanges.push_back(&exchange);
  }
}

absl::StatusOr<http::Response> CassettePlayer::Play(const http::Request& request) {
  const std::string url = Scrubber::ScrubUrl(request.url);
  auto found = exact_.find(ExactKey(request.method, url, Scrubber::ScrubBody(request.body)));
  if (found == exact_.end()) {
    found = alike_.find(LooseKey(request.method, url));
    if (found == alike_.end()) {
      unanswered_.push_back(LooseKey(request.method, url));
      return Error(absl::StatusCode::kUnavailable, "CONNECTION_FAILED",
                   unanswered_.back() + " is not on the cassette");
    }
  }
  Track& track = found->second;
  const Exchange& played = *track.exchanges[std::min(track.next, track.exchanges.size() - 1)];
  ++track.next;
  return played.answer;
}

absl::StatusOr<http::Response> CassettePlayer::Send(const http::Request& request) {
  std::lock_guard lock(mutex_);
  const CassetteFault fault = faults_ ? faults_(answers_) : CassetteFault::kNone;
  ++answers_;
  auto answer = Suffer(fault, Play(request));
  if (answer.ok() && fault == CassetteFault::kTruncated) {
    return Error(absl::StatusCode::kDataLoss, "RESPONSE_TRUNCATED", "half of it came");
  }
  return answer;
}

absl::Status CassettePlayer::Stream(const http::Request& request, const http::TransferSink& sink) {
  CassetteFault fault = CassetteFault::kNone;
  absl::StatusOr<http::Response> answer = http::Response();
  {
    std::lock_guard lock(mutex_);
    if (faults_) fault = faults_(answers_);
    ++answers_;
    answer = Suffer(fault, Play(request));
  }
  RETURN_IF_ERROR(answer.status());
  RETURN_IF_ERROR(sink.on_head(*answer));
  const bool half = fault == CassetteFault::kTruncated;
  const std::string_view body =
      half ? std::string_view(answer->body).substr(0, answer->body.size() / 2)
           : std::string_view(answer->body);
  for (size_t at = 0; at < body.size(); at += kPiece) {
    RETURN_IF_ERROR(sink.on_chunk(body.substr(at, kPiece)));
  }
  if (!half) return absl::OkStatus();
  return Error(absl::StatusCode::kDataLoss, "RESPONSE_TRUNCATED", "half of it came");
}

std::unique_ptr<http::Transfers> CassettePlayer::NewTransfers() {
  return std::make_unique<Playing>(
      [this](const http::Request& request, const http::TransferSink& sink) {
        return Stream(request, sink);
      });
}

std::vector<std::string> CassettePlayer::unanswered() const {
  std::lock_guard lock(mutex_);
  return unanswered_;
}

}  // namespace callimport::adapter_gateway
