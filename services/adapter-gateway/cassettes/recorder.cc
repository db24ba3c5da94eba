#include "services/adapter-gateway/cassettes/recorder.h"

#include <fcntl.h>
#include <unistd.h>

#include <utility>

#include "libs/common/errors.h"
#include "libs/http/url.h"
#include "libs/telemetry/log.h"

namespace callimport::adapter_gateway {
namespace {

// Of a longer recording the beginning is kept.
constexpr size_t kMostOfABody = 4 << 20;

}  // namespace

// Hears with what flows to somebody else.
class CassetteRecorder::Listening : public http::Transfers {
 public:
  Listening(CassetteRecorder& recorder, std::unique_ptr<http::Transfers> transfers)
      : recorder_(recorder), transfers_(std::move(transfers)) {}

  void Start(const http::Request& request, http::TransferSink sink) override {
    const auto heard = std::make_shared<http::Response>();
    transfers_->Start(
        request,
        {.on_head =
             [heard, on_head = std::move(sink.on_head)](const http::Head& head) {
               static_cast<http::Head&>(*heard) = head;
               return on_head(head);
             },
         .on_chunk =
             [heard, on_chunk = std::move(sink.on_chunk)](std::string_view chunk) {
               heard->body.append(chunk.substr(0, kMostOfABody - heard->body.size()));
               return on_chunk(chunk);
             },
         .on_end =
             [this, heard, request, on_end = std::move(sink.on_end)](const absl::Status& status) {
               const bool answered = heard->status != 0;
               recorder_.Write(request, answered ? absl::StatusOr<http::Response>(*heard)
                                                 : absl::StatusOr<http::Response>(status));
               on_end(status);
             }});
  }
  size_t under_way() const override { return transfers_->under_way(); }
  void Run(std::chrono::milliseconds longest) override { transfers_->Run(longest); }

 private:
  CassetteRecorder& recorder_;
  const std::unique_ptr<http::Transfers> transfers_;
};

absl::StatusOr<std::unique_ptr<CassetteRecorder>> CassetteRecorder::Open(http::HttpClient& client,
                                                                         const std::string& file) {
  // Nobody else's to read, from the first byte on.
  const int made = open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (made >= 0) close(made);
  std::ofstream stream(file, std::ios::app | std::ios::binary);
  if (made < 0 || !stream) {
    return Error(absl::StatusCode::kFailedPrecondition, "CASSETTE_UNWRITABLE",
                 file + " cannot be written");
  }
  log::Warning("everything that vendors answer is written to a file", {{"file", file}});
  return std::unique_ptr<CassetteRecorder>(new CassetteRecorder(client, std::move(stream)));
}

absl::StatusOr<http::Response> CassetteRecorder::Send(const http::Request& request) {
  auto answer = client_.Send(request);
  Write(request, answer);
  return answer;
}

std::unique_ptr<http::Transfers> CassetteRecorder::NewTransfers() {
  return std::make_unique<Listening>(*this, client_.NewTransfers());
}

int CassetteRecorder::left_out() const {
  std::lock_guard lock(mutex_);
  return left_out_;
}

void CassetteRecorder::Write(const http::Request& request,
                             const absl::StatusOr<http::Response>& answer) {
  const auto exchange = scrubber_.Scrub(request, answer);
  std::lock_guard lock(mutex_);
  if (exchange) {
    file_ << ToLine(*exchange) << '\n' << std::flush;
    return;
  }
  ++left_out_;
  log::Warning("an answer is not on the cassette, as secrets could not be taken out of it",
               {{"url", http::WithoutQuery(request.url)}});
}

}  // namespace callimport::adapter_gateway
