#include "tools/callimport/progress_watch.h"

#include <chrono>
#include <random>
#include <thread>

#include "libs/common/errors.h"
#include "libs/common/retry_policy.h"
#include "libs/common/status_macros.h"
#include "tools/callimport/progress_display.h"
#include "tools/callimport/progress_stream.h"
#include "tools/callimport/progress_view.h"

namespace callimport::cli {
namespace {

using status_tracker::v1::ImportStatus;
using status_tracker::v1::WatchImportRequest;
using status_tracker::v1::WatchImportResponse;
using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kTick{250};
// Heartbeats come every five seconds.
constexpr std::chrono::seconds kLongSilence{20};
constexpr std::chrono::seconds kPatience{60};
constexpr RetryPolicy kPause{.first_delay = std::chrono::milliseconds(250),
                             .max_delay = std::chrono::milliseconds(5'000)};

absl::Status Silent() {
  return Error(absl::StatusCode::kUnavailable, "SERVER_SILENT", "status-tracker says nothing");
}

class Watch {
 public:
  Watch(status_tracker::v1::Progress::Stub& stub, ProgressDisplay& display,
        WatchImportRequest request)
      : stub_(stub), display_(display), request_(std::move(request)) {}

  absl::StatusOr<ImportStatus> Run() {
    std::minstd_rand random(std::random_device{}());
    for (int failures = 0;;) {
      const bool heard = ReadOnce();
      if (final_) return *final_;
      if (!MayTryAgain()) return problem_;
      failures = heard ? 1 : failures + 1;
      if (failures == 1) display_.Note("Watching was interrupted; trying again …");
      std::this_thread::sleep_for(DelayAfter(kPause, failures, random));
    }
  }

 private:
  // Reads until the stream ends. True when anything was heard.
  bool ReadOnce() {
    ProgressStream stream(stub_, request_);
    const auto began = steady_clock::now();
    auto last = began;
    bool heard = false;
    while (!final_) {
      if (const auto message = stream.Next(kTick)) {
        last = heard_ = steady_clock::now();
        heard = true;
        Take(*message);
      } else if (const auto ended = stream.ended()) {
        problem_ = ended->ok() ? Silent() : *ended;
        break;
      } else if (steady_clock::now() > last + kLongSilence) {
        problem_ = Silent();
        break;
      } else {
        display_.Tick();
      }
    }
    return heard;
  }

  void Take(const WatchImportResponse& message) {
    request_.set_resume_token(message.resume_token());
    if (message.kind() == WatchImportResponse::KIND_FINAL) {
      final_ = message.status();
    } else if (message.has_status()) {
      display_.Show(message.status());
    }
  }

  bool MayTryAgain() const {
    // A server that stops cancels what it did not begin.
    const bool passing = absl::IsUnavailable(problem_) || absl::IsDeadlineExceeded(problem_) ||
                         absl::IsCancelled(problem_);
    return passing && steady_clock::now() < heard_ + kPatience;
  }

  status_tracker::v1::Progress::Stub& stub_;
  ProgressDisplay& display_;
  WatchImportRequest request_;
  steady_clock::time_point heard_ = steady_clock::now();
  std::optional<ImportStatus> final_;
  absl::Status problem_;
};

}  // namespace

absl::StatusOr<int> WatchImport(Session& session, const std::string& job_id) {
  ASSIGN_OR_RETURN(const auto stub, session.Progress());
  const auto display = MakeDisplay(session);
  WatchImportRequest request;
  request.set_workspace_id(session.workspace());
  request.set_job_id(job_id);
  const absl::StatusOr<ImportStatus> status = Watch(*stub, *display, request).Run();
  if (!status.ok()) {
    session.terminal().Keep();
    return status.status();
  }
  display->Finish(*status);
  return ExitCodeOf(status->job().state());
}

absl::StatusOr<int> WatchImports(Session& session, const std::vector<std::string>& job_ids) {
  int worst = 0;
  for (const std::string& job_id : job_ids) {
    ASSIGN_OR_RETURN(const int code, WatchImport(session, job_id));
    // 1 (failed) is worse than 3 (partly).
    if (code == 1 || worst == 0) worst = code;
  }
  return worst;
}

}  // namespace callimport::cli
