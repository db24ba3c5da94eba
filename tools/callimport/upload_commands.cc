#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>
#include <thread>

#include "absl/strings/str_cat.h"
#include "libs/common/errors.h"
#include "libs/common/retry_policy.h"
#include "libs/common/status_macros.h"
#include "libs/crypto/digest.h"
#include "libs/rpc/invoke.h"
#include "libs/rpc/status.h"
#include "tools/callimport/commands.h"
#include "tools/callimport/error_text.h"
#include "tools/callimport/progress_watch.h"
#include "tools/callimport/text.h"

namespace callimport::cli {
namespace {

using media_pipeline::v1::UploadRecordingRequest;
using media_pipeline::v1::UploadRecordingResponse;
using Stub = media_pipeline::v1::Uploads::Stub;

constexpr std::chrono::hours kTimeout{2};
constexpr size_t kChunk = size_t{256} * 1024;
// A connection that breaks costs what was on the way, not what has arrived.
constexpr RetryPolicy kGoOn{.max_attempts = 6, .first_delay = std::chrono::milliseconds(500)};

absl::Status Unreadable(const std::string& file) {
  return Error(absl::StatusCode::kNotFound, "FILE_UNREADABLE", file + " cannot be read");
}

std::string NameOf(const std::string& file) {
  return std::filesystem::path(file).filename().string();
}

// Shows how much is sent, on a terminal.
class SendDisplay {
 public:
  SendDisplay(Session& session, std::string name, int64_t size)
      : terminal_(session.terminal()), name_(std::move(name)), size_(size) {
    live_ = terminal_.is_terminal() && !session.json();
  }
  ~SendDisplay() {
    if (live_) terminal_.Keep();
  }

  void Sent(int64_t bytes) {
    if (!live_) return;
    const Canvas canvas = terminal_.canvas();
    const std::string amount = Bytes(bytes) + " / " + Bytes(size_);
    terminal_.Redraw(
        {Pad(name_, 30) + " " + Bar(bytes, size_, std::max(5, canvas.width - 60)) + "  " + amount});
  }

 private:
  Terminal& terminal_;
  const std::string name_;
  const int64_t size_;
  bool live_;
};

// The same file is the same upload, also when the command is given again.
std::string UploadIdOf(const std::string& workspace, const std::string& file, int64_t size) {
  std::error_code error;
  const auto changed = std::filesystem::last_write_time(file, error).time_since_epoch().count();
  const std::string path = std::filesystem::absolute(file, error).string();
  return crypto::ToHex(
      crypto::Sha256(absl::StrCat(workspace, "\n", path, "\n", size, "\n", changed)));
}

// How much of it the server has.
absl::StatusOr<int64_t> OffsetOf(Session& session, Stub& stub, const std::string& upload_id) {
  media_pipeline::v1::GetUploadRequest request;
  request.set_workspace_id(session.workspace());
  request.set_upload_id(upload_id);
  const auto found = rpc::Invoke(stub, &Stub::GetUpload, request);
  if (absl::IsNotFound(found.status())) return 0;
  RETURN_IF_ERROR(found.status());
  return found->received_bytes();
}

// Stops early when the server has heard enough; its answer says why.
absl::Status Send(std::ifstream& stream, const std::string& file, int64_t sent,
                  SendDisplay& display, grpc::ClientWriter<UploadRecordingRequest>& writer) {
  UploadRecordingRequest part;
  std::string chunk(kChunk, '\0');
  while (stream.read(chunk.data(), static_cast<std::streamsize>(chunk.size())),
         stream.gcount() > 0) {
    part.set_data(chunk.data(), static_cast<size_t>(stream.gcount()));
    if (!writer.Write(part)) return absl::OkStatus();
    sent += stream.gcount();
    display.Sent(sent);
  }
  if (stream.bad()) return Unreadable(file);
  writer.WritesDone();
  return absl::OkStatus();
}

absl::StatusOr<UploadRecordingResponse> UploadOnce(Session& session, Stub& stub,
                                                   const std::string& file, bool again) {
  std::error_code error;
  const auto size = static_cast<int64_t>(std::filesystem::file_size(file, error));
  std::ifstream stream(file, std::ios::binary);
  if (error || !stream) return Unreadable(file);
  const std::string upload_id = UploadIdOf(session.workspace(), file, size);
  ASSIGN_OR_RETURN(const int64_t offset, OffsetOf(session, stub, upload_id));
  stream.seekg(offset);

  grpc::ClientContext context;
  rpc::Prepare(context, kTimeout);
  UploadRecordingResponse response;
  const auto writer = stub.UploadRecording(&context, &response);
  UploadRecordingRequest header;
  header.mutable_header()->set_workspace_id(session.workspace());
  header.mutable_header()->set_file_name(NameOf(file));
  header.mutable_header()->set_allow_duplicate(again);
  header.mutable_header()->set_upload_id(upload_id);
  header.mutable_header()->set_offset(offset);
  absl::Status sent;
  if (writer->Write(header)) {
    SendDisplay display(session, NameOf(file), size);
    sent = Send(stream, file, offset, display, *writer);
  }
  if (!sent.ok()) context.TryCancel();
  const absl::Status ended = rpc::FromGrpcStatus(writer->Finish());
  RETURN_IF_ERROR(sent);
  RETURN_IF_ERROR(ended);
  return response;
}

bool MayGoOn(const absl::Status& status) {
  const std::string reason = ReasonOf(status);
  return absl::IsUnavailable(status) || reason == "UPLOAD_UNDER_WAY" ||
         reason == "TOO_MANY_UPLOADS";
}

absl::StatusOr<UploadRecordingResponse> Upload(Session& session, Stub& stub,
                                               const std::string& file, bool again) {
  std::minstd_rand chance(std::random_device{}());
  for (int tries = 1;; ++tries) {
    auto response = UploadOnce(session, stub, file, again);
    if (!MayGoOn(response.status()) || tries == kGoOn.max_attempts) return response;
    std::this_thread::sleep_for(DelayAfter(kGoOn, tries, chance));
  }
}

void Print(Session& session, const std::string& file, const UploadRecordingResponse& response) {
  if (session.json()) return session.PrintJson(response);
  session.out() << NameOf(file) << ": " << response.content_type() << ", "
                << Bytes(response.size_bytes());
  if (!response.duplicate()) {
    session.out() << ", stored as call " << response.call_id();
  } else if (response.engagement_id().empty()) {
    session.out() << ", uploaded before";
  } else {
    session.out() << ", uploaded before: engagement " << response.engagement_id();
  }
  session.out() << std::endl;
}

absl::StatusOr<int> UploadAll(Session& session, const Arguments& arguments) {
  ASSIGN_OR_RETURN(const auto stub, session.Uploads());
  std::vector<std::string> jobs;
  bool failed = false;
  for (const std::string& file : arguments.positional) {
    const auto response = Upload(session, *stub, file, arguments.Has("--again"));
    if (!response.ok()) {
      failed = true;
      std::cerr << NameOf(file) << ": " << ErrorText(response.status()) << std::endl;
      continue;
    }
    Print(session, file, *response);
    const bool done = response->duplicate() && !response->engagement_id().empty();
    if (!done && !response->job_id().empty()) jobs.push_back(response->job_id());
  }
  if (arguments.Has("--detach")) return failed ? 1 : 0;
  ASSIGN_OR_RETURN(const int watched, WatchImports(session, jobs));
  return failed ? 1 : watched;
}

}  // namespace

std::vector<Command> UploadCommands() {
  return {{{.command = "upload",
            .arguments = "FILE…",
            .summary = "Uploads recordings (MP3, WAV, M4A, MP4, MOV, WebM), and watches.",
            .flags = {{"--again", "", "what was uploaded before becomes one more call"},
                      {"--detach", "", "do not watch"}},
            .min_arguments = 1,
            .max_arguments = 10'000},
           UploadAll}};
}

}  // namespace callimport::cli
